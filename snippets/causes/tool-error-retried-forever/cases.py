import requests
from langchain.agents import create_agent
from langchain.agents.middleware import ToolRetryMiddleware
from langchain_core.tools import tool
from langgraph.prebuilt import ToolNode


@tool
def seats(train: str) -> str:
    """Return the free seats of a train."""
    try:
        return requests.get(f"http://seats.internal/{train}", timeout=10).text
    except requests.RequestException:
        return "Error: please try again"  # alarm


@tool("delays", return_direct=False)
def delays(train: str) -> str:
    """Return the delays of a train."""
    try:
        return requests.get(f"http://delays.internal/{train}", timeout=10).text
    except requests.Timeout as error:
        message = f"Timed out: {error}"
        return f"{message}. Retry in a moment."  # alarm


@tool
async def platform(train: str) -> dict:
    """Return the platform of a train."""
    try:
        return {"platform": int(train)}
    except ValueError:
        return {"error": "Not a number, call this tool again."}  # fine


@tool
def stops(train: str) -> list[str]:
    """Return the stops of a train."""
    try:
        return [train]
    except ValueError as error:
        return [f"Try it again: {error}"]  # alarm


@tool
def menu(train: str) -> str:
    """Return what the dining car has."""
    try:
        return train
    except ValueError:
        return "The kitchen is closed. Do not try again; tell the user."  # fine


def load(train: str) -> str:
    try:
        return train
    except ValueError:
        return "Please try again."  # fine


@tool
def sign(train: str) -> str:
    """Return where a train goes."""
    if not train:
        return "Which train? Try again with its number."  # fine
    return train


def retried(model, tools):
    return create_agent(model, tools, middleware=[ToolRetryMiddleware(max_retries=3)])  # alarm


def told(model, tools):
    return create_agent(model, tools, middleware=[ToolRetryMiddleware(on_failure="continue")])  # alarm


def raised(model, tools):
    return create_agent(model, tools, middleware=[ToolRetryMiddleware(on_failure="error")])  # fine


def in_own_words(model, tools, words):
    return create_agent(model, tools, middleware=[ToolRetryMiddleware(on_failure=words)])  # fine


def node(tools):
    return ToolNode(tools, handle_tool_errors=True)  # alarm


def node_with_text(tools):
    return ToolNode(tools, handle_tool_errors="The service is down.")  # fine


def plain_node(tools):
    return ToolNode(tools)  # fine
