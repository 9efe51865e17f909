from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Which beds of the greenhouse need water tonight? {readings}")


def report(readings: str) -> str:
    chain = prompt | ChatOpenAI(model="gpt-5-mini", timeout=20)
    return chain.invoke({"readings": readings}).text  # stuck
