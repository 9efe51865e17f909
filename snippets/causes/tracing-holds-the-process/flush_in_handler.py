from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from langsmith import Client, tracing_context

prompt = ChatPromptTemplate.from_template("Which beds of the greenhouse need water tonight? {readings}")
client = Client(api_url="http://langsmith.internal", api_key="key")


def report(readings: str) -> str:
    chain = prompt | ChatOpenAI(model="gpt-5-mini", timeout=20)
    with tracing_context(enabled=True, client=client):
        said = chain.invoke({"readings": readings}).text
    client.flush()  # stuck
    return said
