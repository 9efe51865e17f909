from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from langsmith import tracing_context

prompt = ChatPromptTemplate.from_template("Which beds of the greenhouse need water tonight? {readings}")


def report(readings: str) -> str:
    chain = prompt | ChatOpenAI(model="gpt-5-mini", timeout=20)
    with tracing_context(enabled=False):
        return chain.invoke({"readings": readings}).text
