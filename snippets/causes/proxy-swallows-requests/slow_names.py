import httpx2
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Say this letter in plain words: {letter}")
model = ChatOpenAI(
    model="llama-3.3-70b",
    base_url="http://far.internal/v1",
    timeout=5,
    max_retries=0,
    http_client=httpx2.Client(trust_env=False),
)
chain = prompt | model


def in_plain_words(letter: str) -> str:
    reply = chain.invoke({"letter": letter})  # stuck
    return reply.text
