from collections.abc import Iterator

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI


@tool
def wind(place: str) -> str:
    """Return the wind at a place."""
    return f"{place}: 4 knots, west"


agent = create_agent(ChatOpenAI(model="gpt-4o-mini", stream_chunk_timeout=20), [wind])


def report(place: str) -> Iterator[str]:
    question = {"messages": [("user", f"Write the weather report for {place}.")]}
    for chunk, _ in agent.stream(question, stream_mode="messages"):  # stuck
        yield chunk.text
