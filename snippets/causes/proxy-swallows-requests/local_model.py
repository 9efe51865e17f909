from langchain_core.prompts import ChatPromptTemplate
from langchain_ollama import ChatOllama

prompt = ChatPromptTemplate.from_template("Say this letter in plain words: {letter}")
chain = prompt | ChatOllama(model="llama3.2", base_url="http://localhost:11434")


def in_plain_words(letter: str) -> str:
    reply = chain.invoke({"letter": letter})  # stuck
    return reply.text
