import httpx2
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Say this letter in plain words: {letter}")
model = ChatOpenAI(
    model="llama-3.3-70b",
    base_url="http://llm.internal/v1",
    timeout=20,
    http_async_client=httpx2.AsyncClient(trust_env=False),
)
chain = prompt | model


async def in_plain_words(letter: str) -> str:
    reply = await chain.ainvoke({"letter": letter})
    return reply.text
