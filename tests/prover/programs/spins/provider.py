from langchain_openai import ChatOpenAI

model = ChatOpenAI(model="chatty")


async def main():
    answer = "again"
    while answer != "enough":
        answer = (await model.ainvoke("?")).text  # stuck
    return "done"
