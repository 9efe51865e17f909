from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Summarise this damage report: {report}")
model = ChatOpenAI(model="gpt-4o-mini")
chain = prompt | model


def summarise_all(reports: list[str]) -> list[str]:
    replies = chain.batch([{"report": report} for report in reports])  # stuck
    return [reply.text for reply in replies]
