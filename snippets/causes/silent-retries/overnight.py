from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Translate this menu into French: {menu}")
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, max_retries=1000)
chain = prompt | model


def translate(menu: str) -> str:
    reply = chain.invoke({"menu": menu})  # stuck
    return reply.text
