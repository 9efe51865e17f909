from langchain.agents import create_agent
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, Field


class Rating(BaseModel):
    """What a film review says of the film."""

    stars: int = Field(ge=1, le=5)


def rate(review: str) -> int | None:
    critic = ChatOpenAI(model="llama-3.2", timeout=20)
    agent = create_agent(critic, response_format=Rating)  # cause
    result = agent.invoke({"messages": [("user", f"Rate this film review: {review}")]})  # stuck
    return result["structured_response"].stars
