import os

import httpx2
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Say this letter in plain words: {letter}")
model = ChatOpenAI(
    model="gpt-4o-mini",
    base_url=os.environ["MODEL_URL"],
    http_client=httpx2.Client(proxy="http://new-proxy.internal:3128"),
)
chain = prompt | model


def now(letter: str) -> str:
    return chain.invoke({"letter": letter}).text


async def in_plain_words(letter: str) -> str:
    reply = await chain.ainvoke({"letter": letter})  # stuck
    return reply.text
