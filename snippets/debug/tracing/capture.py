"""The provider is silent; the endpoint for traces records what it is told until then."""

import re
from pathlib import Path

from unstuck.captures import output_until, running, settled
from unstuck.fakes import Behaviour, Gate, Json, Provider, Silence
from unstuck.fakes.exchange import Exchange

HERE = Path(__file__).parent
INFO = {
    "batch_ingest_config": {
        "use_multipart_endpoint": False,
        "scale_up_qsize_trigger": 1000,
        "scale_up_nthreads_limit": 1,
        "scale_down_nempty_trigger": 4,
        "size_limit": 100,
        "size_limit_bytes": 20_971_520,
    }
}


def capture() -> dict[str, str]:
    return {"debug.txt": debug(), "traced.txt": traced()}


def debug() -> str:
    with Provider() as provider:
        provider.script(Silence())
        with running(HERE / "printed.py", OPENAI_BASE_URL=provider.base_url) as process:
            text = output_until(process, "ChatOpenAI] Entering") + output_until(process, "}")
    return re.sub(r"\[\d+ms\]", "[… ms]", settled(text, HERE))


def traced() -> str:
    """Return the runs that the endpoint knows once it has heard of the model's, and which of them have ended."""
    told: dict[str, dict[str, str]] = {}
    heard = Gate()
    with Provider() as provider:
        provider.script(Silence()).script(Json(INFO), path="/info").script(_record(told, heard), path="/runs")
        settings = {"LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "not-a-key", "LANGSMITH_ENDPOINT": provider.url}
        with running(HERE / "traced.py", OPENAI_BASE_URL=provider.base_url, **settings):
            heard.wait()
    rows = [f"{run['run_type']:7} {run['name']:20} {_state(run)}" for run in told.values()]
    return "\n".join(rows) + "\n"


def _record(told: dict[str, dict[str, str]], heard: Gate) -> Behaviour:
    def behaviour(exchange: Exchange) -> None:
        for run in [*exchange.asked.json.get("post", []), *exchange.asked.json.get("patch", [])]:
            told.setdefault(run["id"], {}).update(run)
        Json({})(exchange)
        if any(run.get("run_type") == "llm" for run in told.values()):
            heard.open()

    return behaviour


def _state(run: dict[str, str]) -> str:
    return "ended" if run.get("end_time") else "started, not ended"
