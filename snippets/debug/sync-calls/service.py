import time

import requests
from fastapi import FastAPI
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

app = FastAPI()
chain = ChatPromptTemplate.from_template("Sum up: {text}") | ChatOpenAI(model="gpt-4o-mini", timeout=20)


def fetch(url: str) -> str:
    return requests.get(url, timeout=10).text


async def sum_up(url: str) -> str:
    return chain.invoke({"text": fetch(url)}).text


@app.get("/summary")
async def summary(url: str) -> str:
    return await sum_up(url)


@app.get("/headline")
async def headline(url: str) -> str:
    page = requests.get(url, timeout=10)
    time.sleep(1)
    return (await chain.ainvoke({"text": page.text})).text
