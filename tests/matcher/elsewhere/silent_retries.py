from langchain_openai import ChatOpenAI


def main():
    llm = ChatOpenAI(model="gpt-4o", max_retries=5)
    return [message.content for message in llm.batch(["one"])]
