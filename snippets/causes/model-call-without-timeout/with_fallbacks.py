from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Summarise this damage report: {report}")
model = ChatOpenAI(model="gpt-4o-mini")
backup = ChatOpenAI(model="gpt-4o")
chain = prompt | model.with_fallbacks([backup])


async def summarise(report: str) -> str:
    reply = await chain.ainvoke({"report": report})  # stuck
    return reply.text
