from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Summarise this damage report: {report}")
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, max_retries=1)
chain = prompt | model


async def summarise(report: str) -> str:
    reply = await chain.ainvoke({"report": report})  # stuck
    return reply.text
