import subprocess
from urllib.request import urlopen

import httpx
import requests
from langchain_core.tools import tool

session = requests.Session()


@tool
def weather(city: str) -> str:
    """Look up the weather."""
    return requests.get(f"https://weather.example/{city}").text  # alarm


@tool("orders", parse_docstring=True)
def orders(customer: str) -> str:
    """Look up orders."""
    reply = session.post("https://orders.example", json={"customer": customer})  # alarm
    return reply.text


@tool
def page(url: str) -> str:
    """Read a page."""
    with urlopen(url) as reply:  # alarm
        return reply.read().decode()


@tool
async def search(query: str) -> str:
    """Search the web."""
    async with httpx.AsyncClient(timeout=None) as client:  # alarm
        return (await client.get("https://search.example", params={"q": query})).text


@tool
def convert(path: str) -> str:
    """Convert a document."""
    return subprocess.run(["pandoc", path], capture_output=True, text=True).stdout  # alarm


def fetch(path: str) -> str:
    return requests.request("GET", f"https://files.example/{path}", timeout=None).text  # alarm


@tool
def bounded(city: str) -> str:
    """Look up the weather."""
    return requests.get(f"https://weather.example/{city}", timeout=5).text  # fine


@tool
def bounded_session(customer: str) -> str:
    """Look up orders."""
    return session.get("https://orders.example", timeout=(3, 10)).text  # fine


@tool
def with_default(query: str) -> str:
    """Search the web."""
    return httpx.get("https://search.example", params={"q": query}).text  # fine


@tool
def bounded_process(path: str) -> str:
    """Convert a document."""
    return subprocess.run(["pandoc", path], capture_output=True, text=True, timeout=60).stdout  # fine


@tool
def from_settings(city: str) -> str:
    """Look up the weather."""
    return session.get(f"https://weather.example/{city}", **settings()).text  # fine


@tool
def forget(key: str) -> str:
    """Drop a key of the session."""
    return session_values.get(key)  # fine


def settings() -> dict:
    return {"timeout": 5}


session_values: dict[str, str] = {}


def build() -> None:
    subprocess.run(["make"], check=True)  # fine
