import asyncio

import requests
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("You work in a pharmacy. Advise this customer: {question}")


def save(said: str) -> None:
    requests.post("http://audit.internal/advice", json={"said": said}, timeout=5)


async def advise(model: BaseChatModel, question: str):
    chain = prompt | model
    said = ""
    try:
        async for chunk in chain.astream({"question": question}):
            said += chunk.text
            yield chunk.text
    finally:
        await asyncio.to_thread(save, said)
