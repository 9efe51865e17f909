from langchain_core.output_parsers import StrOutputParser
from langchain_ollama import ChatOllama


def main():
    local = ChatOllama(model="qwen3", request_timeout=15.0)
    return (local | StrOutputParser()).invoke("hi")
