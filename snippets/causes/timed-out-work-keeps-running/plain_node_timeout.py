from langgraph.errors import NodeTimeoutError
from langgraph.graph import START, StateGraph
from openai import OpenAI

client = OpenAI()


def draw_poster(state: dict) -> dict:
    reply = client.images.generate(model="dall-e-3", prompt=f"A poster for the film {state['film']}")
    return {"poster": reply.data[0].url}


async def poster(film: str) -> str:
    graph = StateGraph(dict).add_node("draw_poster", draw_poster, timeout=30).add_edge(START, "draw_poster")
    drawing = graph.compile()  # stuck
    try:
        return (await drawing.ainvoke({"film": film}))["poster"]
    except NodeTimeoutError:
        return "No poster for now."
