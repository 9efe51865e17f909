from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Summarise this damage report: {report}")
chain = prompt | ChatOpenAI(model="gpt-4o-mini")


async def summarise(report: str) -> str:
    text = ""
    async for chunk in chain.astream({"report": report}):  # stuck
        text += chunk.text
    return text
