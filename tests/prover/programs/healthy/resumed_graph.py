from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint
from langgraph.types import Command, interrupt

thread = {"configurable": {"thread_id": "1"}}


@entrypoint(InMemorySaver())
def work(_):
    return interrupt("go on?")


def main():
    work.invoke("", thread)
    return work.invoke(Command(resume="done"), thread)
