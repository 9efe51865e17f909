from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Say this letter in plain words: {letter}")
model = ChatOpenAI(  # cause
    model="llama-3.3-70b",
    base_url="http://llm.internal/v1",
)
chain = prompt | model


async def in_plain_words(letter: str) -> str:
    reply = await chain.ainvoke({"letter": letter})  # stuck
    return reply.text
