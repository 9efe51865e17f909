import httpx2
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Say this letter in plain words: {letter}")
proxy = "http://new-proxy.internal:3128"
model = ChatOpenAI(
    model="gpt-4o-mini",
    timeout=20,
    http_client=httpx2.Client(proxy=proxy),
    http_async_client=httpx2.AsyncClient(proxy=proxy),
)
chain = prompt | model


async def in_plain_words(letter: str) -> str:
    reply = await chain.ainvoke({"letter": letter})
    return reply.text
