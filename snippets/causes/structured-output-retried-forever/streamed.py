from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel, Field


class Rating(BaseModel):
    """What a film review says of the film."""

    stars: int = Field(ge=1, le=5)


async def rate(critic: BaseChatModel, review: str) -> int | None:
    agent = create_agent(critic, response_format=Rating)  # cause
    question = {"messages": [("user", f"Rate this film review: {review}")]}
    async for state in agent.astream(question, stream_mode="values"):  # stuck
        print(state["messages"][-1].text)
    return state["structured_response"].stars
