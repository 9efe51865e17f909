from fastapi import FastAPI
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

app = FastAPI()
prompt = ChatPromptTemplate.from_template("Answer a cyclist who rents one of our bikes: {question}")
chain = prompt | ChatOpenAI(model="gpt-4o-mini")


@app.get("/answer")
async def answer(question: str) -> str:
    reply = await chain.ainvoke({"question": question})
    return reply.text


@app.get("/health")
async def health() -> str:
    return "ok"
