"""The model server takes the request and never answers it."""

import json
import os

from unstuck.fakes import Drip, Provider, Silence

os.environ["OLLAMA_HOST"] = "http://ollama.internal"
os.environ["AZURE_OPENAI_ENDPOINT"] = "http://azure.internal"
os.environ["AZURE_OPENAI_API_KEY"] = os.environ["ANTHROPIC_API_KEY"] = "not-a-key"
SONG = "zilp-zalp, zilp-zalp"


async def drive(program, provider: Provider) -> str:
    provider.script(Silence())
    return await program.identify(SONG)


def script(program, provider: Provider) -> str:
    provider.script(Silence())
    return program.identify(SONG)


def stream(program, provider: Provider) -> str:
    provider.script(Silence())
    return program.describe("chiffchaff")


async def slow_bytes(program, provider: Provider) -> str:
    answer = {"message": {"role": "assistant", "content": "A chiffchaff."}, "done": True, "done_reason": "stop"}
    provider.script(Drip(json.dumps(answer), every=15, content_type="application/x-ndjson"))
    return await program.identify(SONG)


def clients(_) -> str:
    """Read off the built clients what each waits for, and how often it asks."""
    from langchain_anthropic import ChatAnthropic
    from langchain_ollama import ChatOllama, OllamaEmbeddings
    from langchain_openai import AzureChatOpenAI, ChatOpenAI, OpenAIEmbeddings

    azure = {"azure_deployment": "birds", "api_version": "2024-10-21"}
    families = (
        (ChatOpenAI, {}, lambda model: model.root_client),
        (AzureChatOpenAI, azure, lambda model: model.root_client),
        (OpenAIEmbeddings, {}, lambda model: model.client._client),
        (ChatAnthropic, {"model": "claude-sonnet-4-5"}, lambda model: model._client),
        (ChatOllama, {"model": "llama3.2"}, lambda model: model._client._client),
        (OllamaEmbeddings, {"model": "llama3.2"}, lambda model: model._client._client),
    )
    rows = ["| class | without a setting | attempts | `timeout=20` | `request_timeout=20` |", "|---|---|---|---|---|"]
    for cls, needs, client in families:
        plain = client(cls(**needs))
        cells = [_seconds(plain), str(1 + getattr(plain, "max_retries", 0))]
        for name in ("timeout", "request_timeout"):
            cells.append(_effect(cls, needs, name, client))
        rows.append(f"| `{cls.__name__}` | {' | '.join(cells)} |")
    return "\n".join(rows)


def _effect(cls, needs: dict[str, str], name: str, client) -> str:
    """Say what becomes of a timeout of 20 seconds that is given under a name."""
    try:
        model = cls(**needs, **{name: 20})
    except ValueError:
        return "refused"
    if name in getattr(model, "model_kwargs", {}):
        return "`TypeError` at the first call"
    return "works" if _seconds(client(model)) == "20 s" else "dropped"


def _seconds(client) -> str:
    read = getattr(client.timeout, "read", client.timeout)
    return "for ever" if read is None else f"{read:g} s"


CAPTURES = {"clients.md": clients}
