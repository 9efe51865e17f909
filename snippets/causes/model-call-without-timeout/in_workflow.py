from langchain_openai import ChatOpenAI
from langgraph.func import entrypoint, task

model = ChatOpenAI(model="gpt-4o-mini")


@task
def describe(report: str) -> str:
    return model.invoke(f"Summarise this damage report: {report}").text  # stuck


@entrypoint()
def workflow(report: str) -> str:
    return describe(report).result()


async def summarise(report: str) -> str:
    return await workflow.ainvoke(report)
