from langchain.agents import create_agent
from langchain.agents.middleware import ModelCallLimitMiddleware
from langchain.agents.structured_output import ToolStrategy
from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel, Field


class Rating(BaseModel):
    """What a film review says of the film."""

    stars: int = Field(ge=1, le=5)


def rate(critic: BaseChatModel, review: str) -> int | None:
    limit = ModelCallLimitMiddleware(run_limit=3)
    agent = create_agent(critic, response_format=ToolStrategy(Rating), middleware=[limit])
    result = agent.invoke({"messages": [("user", f"Rate this film review: {review}")]})
    return result["structured_response"].stars  # stuck
