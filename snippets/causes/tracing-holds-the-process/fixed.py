import os

from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tracers.langchain import get_client
from langchain_openai import ChatOpenAI

os.environ["LANGSMITH_USE_DAEMON"] = "true"

prompt = ChatPromptTemplate.from_template("Which beds of the greenhouse need water tonight? {readings}")


def report(readings: str) -> str:
    chain = prompt | ChatOpenAI(model="gpt-5-mini", timeout=20)
    try:
        return chain.invoke({"readings": readings}).text
    finally:
        get_client().flush(timeout=5)
