from langchain_anthropic import ChatAnthropic

model = ChatAnthropic(model="claude-sonnet-4-5", request_timeout=20)


async def identify(song: str) -> str:
    reply = await model.ainvoke(f"Which bird sings like this? {song}")  # stuck
    return reply.text
