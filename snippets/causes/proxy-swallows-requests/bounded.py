from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from openai import APIConnectionError

prompt = ChatPromptTemplate.from_template("Say this letter in plain words: {letter}")
model = ChatOpenAI(model="gpt-4o-mini", base_url="https://api.openai.com/v1", timeout=20, max_retries=1)
chain = prompt | model


async def in_plain_words(letter: str) -> str:
    try:
        reply = await chain.ainvoke({"letter": letter})
    except APIConnectionError:
        return "no way to the model"
    return reply.text
