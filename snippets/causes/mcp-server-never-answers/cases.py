import os
import sys

import langchain_mcp_adapters.client
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.sessions import create_session

defaults = {"session_kwargs": {"read_timeout_seconds": 20}}

one = MultiServerMCPClient({"maths": {"transport": "streamable_http", "url": "http://maths:8000/mcp"}})  # alarm
by_module = langchain_mcp_adapters.client.MultiServerMCPClient(
    {
        "files": {  # alarm
            "transport": "stdio",
            "command": "npx",
            "args": ["-y", "@modelcontextprotocol/server-filesystem", "/data"],
        },
        "search": {"url": os.environ["SEARCH_URL"], "transport": "sse"},  # alarm
        "books": {"transport": "http", "url": "http://books/mcp", **defaults},  # fine
        "mail": {"transport": "http", "url": "http://mail/mcp", "session_kwargs": defaults},  # fine
    }
)
own_timeout = {"transport": "streamable_http", "url": "http://maps/mcp", "sse_read_timeout": 20}  # alarm


def session(settings):
    return create_session({"transport": "stdio", "command": sys.executable, "args": ["server.py"]})  # alarm


def from_settings(settings):
    return MultiServerMCPClient(settings["mcp"])  # fine


def bounded(url, timeouts):
    return create_session({"transport": "sse", "url": url, "session_kwargs": timeouts})  # fine


def invoice(order):
    return {"carrier": order.carrier, "items": order.items}  # fine


def by_comprehension(urls):
    return {name: {"transport": "http", "url": url, **defaults} for name, url in urls.items()}  # fine
