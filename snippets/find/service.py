import requests
from fastapi import FastAPI
from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

app = FastAPI()
model = ChatOpenAI(model="gpt-4o-mini")


@tool
def parcel(number: str) -> str:
    """Say where a parcel is."""
    return requests.get(f"http://parcels.internal/{number}").text


agent = create_agent(model, [parcel])


@app.get("/ask")
async def ask(question: str) -> str:
    result = agent.invoke({"messages": [("user", question)]})
    return result["messages"][-1].text
