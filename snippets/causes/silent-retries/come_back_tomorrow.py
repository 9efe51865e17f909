from langchain_anthropic import ChatAnthropic
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("Translate this menu into French: {menu}")
model = ChatAnthropic(model="claude-sonnet-4-5", timeout=20)
chain = prompt | model


async def translate(menu: str) -> str:
    reply = await chain.ainvoke({"menu": menu})  # stuck
    return reply.text
