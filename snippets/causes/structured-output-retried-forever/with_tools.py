from langchain.agents import create_agent
from langchain.agents.structured_output import ToolStrategy
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool
from pydantic import BaseModel, Field


class Rating(BaseModel):
    """What a film review says of the film."""

    stars: int = Field(ge=1, le=5)


@tool
def other_reviews(film: str) -> list[str]:
    """Return what others say of a film."""
    return ["A masterpiece."]


def rate(critic: BaseChatModel, review: str) -> int | None:
    agent = create_agent(critic, [other_reviews], response_format=ToolStrategy(Rating))
    result = agent.invoke({"messages": [("user", f"Rate this film review: {review}")]})
    return result["structured_response"].stars  # stuck
