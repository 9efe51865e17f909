"""A script asks a model for two reports. LangSmith takes the first trace, then accepts connections and says nothing."""

import os
import time

from langsmith import Client, tracing_context
from langsmith.utils import get_env_var

from unstuck.fakes import Answer, HangUp, Json, Provider, ScriptedModel, ServerError, Silence


def drive(program, provider: Provider) -> dict:
    deploy(provider, "LANGSMITH_TRACING")
    provider.script(Json({}, after=1), path="/runs")
    said = program.report("Bed 3 is at 11 %.")
    traced = any(b"Water bed 3." in request.body for request in provider.requests if request.path.startswith("/runs"))
    provider.script(Silence(), path="/runs")
    return {"said": [said, program.report("Bed 5 is at 80 %.")], "first trace arrived": traced}


def outage(program, provider: Provider) -> str:
    deploy(provider, "LANGSMITH_TRACING")
    return program.report("Bed 3 is at 11 %.")


def older(program, provider: Provider) -> str:
    deploy(provider, "LANGCHAIN_TRACING_V2")
    return program.report("Bed 3 is at 11 %.")


def deploy(provider: Provider, switch: str) -> None:
    os.environ |= {switch: "true", "LANGSMITH_ENDPOINT": "http://langsmith.internal"}
    os.environ |= {"LANGSMITH_API_KEY": "key", "OPENAI_API_KEY": "key"}
    provider.script(Answer("Water bed 3.", after=2))
    provider.script(Json({}), path="/info").script(Silence(), path="/runs")


def flushes(_, provider: Provider) -> str:
    """Say how long `flush()` takes for one short run, by what the endpoint does."""
    os.environ |= {"LANGSMITH_USE_DAEMON": "true"}
    get_env_var.cache_clear()
    provider.script(Json({}), path="/info")
    ways = {
        "takes it": Json({}),
        "answers 500": ServerError(),
        "closes the connection": HangUp(),
        "accepts the connection and stays silent": Silence(),
    }
    rows = ["| the endpoint | `flush()` takes | requests |", "| --- | --- | --- |"]
    for what, way in ways.items():
        provider.script(way, path="/runs")
        before, asked = time.monotonic(), len(provider.requests)
        client = Client(api_url="http://langsmith.internal", api_key="key", info={})
        with tracing_context(enabled=True, client=client):
            ScriptedModel(["Water bed 3."]).invoke("Bed 3 is at 11 %.")
        client.flush()
        rows.append(f"| {what} | {time.monotonic() - before:.0f} s | {len(provider.requests) - asked} |")
    return "\n".join(rows)


CAPTURES = {"flushes.md": flushes}
