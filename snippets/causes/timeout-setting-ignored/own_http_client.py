import httpx2
from langchain_openai import AzureChatOpenAI

model = AzureChatOpenAI(
    azure_deployment="birds",
    api_version="2024-10-21",
    http_async_client=httpx2.AsyncClient(timeout=20),
)


async def identify(song: str) -> str:
    reply = await model.ainvoke(f"Which bird sings like this? {song}")  # stuck
    return reply.text
