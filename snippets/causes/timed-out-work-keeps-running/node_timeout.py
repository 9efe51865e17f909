from langgraph.errors import NodeTimeoutError
from langgraph.graph import START, StateGraph
from openai import AsyncOpenAI

client = AsyncOpenAI()


async def draw_poster(state: dict) -> dict:
    reply = await client.images.generate(model="dall-e-3", prompt=f"A poster for the film {state['film']}")
    return {"poster": reply.data[0].url}


async def poster(film: str) -> str:
    graph = StateGraph(dict).add_node("draw_poster", draw_poster, timeout=30).add_edge(START, "draw_poster").compile()
    try:
        return (await graph.ainvoke({"film": film}))["poster"]
    except NodeTimeoutError:
        return "No poster for now."
