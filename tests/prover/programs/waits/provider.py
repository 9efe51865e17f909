from langchain_openai import ChatOpenAI


async def main():
    model = ChatOpenAI(model="silent")
    return (await model.ainvoke("?")).text  # stuck
