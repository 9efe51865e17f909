import asyncio

from langchain_core.tools import tool
from openai import AsyncOpenAI

client = AsyncOpenAI()


@tool
async def draw_poster(film: str) -> str:
    """Draw a poster for a film, and return its address."""
    reply = await client.images.generate(model="dall-e-3", prompt=f"A poster for the film {film}")  # stuck
    return reply.data[0].url


async def poster(film: str) -> str:
    drawing = asyncio.create_task(draw_poster.ainvoke({"film": film}))
    done, _ = await asyncio.wait([drawing], timeout=30)  # cause
    return drawing.result() if done else "No poster for now."
