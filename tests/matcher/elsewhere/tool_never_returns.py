from urllib.request import urlopen

from langchain_core.tools import BaseTool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode


class Weather(BaseTool):
    name: str = "weather"
    description: str = "The weather."

    def _run(self, city: str) -> str:
        with urlopen(f"http://weather.internal/{city}") as reply:
            return reply.read().decode()


def main(call):
    g = StateGraph(MessagesState)
    g.add_node("act", ToolNode([Weather()]))
    g.add_edge(START, "act")
    return g.compile().invoke({"messages": [call]})
