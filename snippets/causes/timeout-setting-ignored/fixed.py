import httpx
from langchain_core.prompts import ChatPromptTemplate
from langchain_ollama import ChatOllama

prompt = ChatPromptTemplate.from_template("Which bird sings like this? {song}")
model = ChatOllama(model="llama3.2", client_kwargs={"timeout": 20})
chain = prompt | model


async def identify(song: str) -> str:
    try:
        reply = await chain.ainvoke({"song": song})
    except httpx.TimeoutException:
        return "no name yet"
    return reply.text
