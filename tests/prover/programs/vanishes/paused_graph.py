from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint
from langgraph.types import interrupt


@entrypoint(InMemorySaver())
def work(_):
    return interrupt("go on?")  # stuck


def main():
    return list(work.stream("", {"configurable": {"thread_id": "1"}}, stream_mode="values"))
