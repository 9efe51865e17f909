from langchain_openai import ChatOpenAI


async def main():
    model = ChatOpenAI(model="fast", timeout=20, max_retries=0)
    return (await model.ainvoke("?")).text
