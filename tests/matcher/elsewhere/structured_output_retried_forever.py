from typing import Literal

from langchain.agents import create_agent
from langchain.agents.structured_output import ToolStrategy
from pydantic import BaseModel


class Ticket(BaseModel):
    """A ticket."""

    priority: Literal["low", "high"]


def main(llm):
    triage = create_agent(model=llm, tools=[], response_format=ToolStrategy(Ticket, handle_errors=True))
    out = triage.invoke({"messages": "Everything is on fire"})
    return out["structured_response"]
