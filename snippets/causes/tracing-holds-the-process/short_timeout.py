from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from langsmith import Client, tracing_context

prompt = ChatPromptTemplate.from_template("Which beds of the greenhouse need water tonight? {readings}")


def report(readings: str) -> str:
    chain = prompt | ChatOpenAI(model="gpt-5-mini", timeout=20)
    client = Client(timeout_ms=1000)  # stuck
    with tracing_context(enabled=True, client=client):
        return chain.invoke({"readings": readings}).text
