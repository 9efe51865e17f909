from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI


def main():
    gpt = ChatOpenAI(model="mixtral", base_url="http://vllm.internal/v1")
    return gpt.generate([[HumanMessage("ping")]])
