from langchain_openai import ChatOpenAI


def main():
    return ChatOpenAI(model="late", timeout=20, max_retries=0).invoke("?").text
