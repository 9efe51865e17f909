from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tracers.langchain import wait_for_all_tracers
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Which beds of the greenhouse need water tonight? {readings}")


def report(readings: str) -> str:
    chain = prompt | ChatOpenAI(model="gpt-5-mini", timeout=20)
    try:
        return chain.invoke({"readings": readings}).text
    finally:
        wait_for_all_tracers()  # stuck
