from fastapi import FastAPI
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

app = FastAPI()
prompt = ChatPromptTemplate.from_template("Translate this menu into French: {menu}")
model = ChatOpenAI(model="gpt-4o-mini", timeout=20)
chain = prompt | model


@app.get("/health")
async def health() -> str:
    return "up"


@app.post("/translate")
async def translate(menu: str) -> str:
    reply = chain.invoke({"menu": menu})  # stuck
    return reply.text
