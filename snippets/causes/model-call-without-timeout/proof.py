"""The provider takes the first request and never answers it; it answers the next one."""

from unstuck.fakes import Answer, Provider, Silence


async def drive(program, provider: Provider) -> str:
    provider.script(Silence(), Answer("Water damage on the second floor."))
    return await program.summarise("Wet ceiling, wet carpet.")


async def always_silent(program, provider: Provider) -> str:
    provider.script(Silence())
    return await program.summarise("Wet ceiling, wet carpet.")


def batch(program, provider: Provider) -> list[str]:
    provider.script(Silence(), Answer("Hail damage on the roof."))
    return program.summarise_all(["Wet ceiling, wet carpet.", "Dents in the roof."])


def defaults(program) -> str:
    from langchain_anthropic import ChatAnthropic
    from langchain_ollama import ChatOllama
    from langchain_openai import AzureChatOpenAI, ChatOpenAI, OpenAIEmbeddings
    from openai import OpenAI

    azure = {"azure_endpoint": "https://example.test", "api_version": "2024-10-21", "azure_deployment": "chat"}
    clients = {
        "`openai.OpenAI()`, the SDK itself": OpenAI().timeout,
        "`ChatOpenAI`": ChatOpenAI(model="gpt-4o-mini").root_client.timeout,
        "`AzureChatOpenAI`": AzureChatOpenAI(**azure).root_client.timeout,
        "`OpenAIEmbeddings`": OpenAIEmbeddings().client._client.timeout,
        "`ChatAnthropic`": ChatAnthropic(model="claude-sonnet-4-5", api_key="not-a-key")._client.timeout,
        "`ChatOllama`": ChatOllama(model="llama3.2")._client._client.timeout.read,
    }
    rows = [f"| {name} | {_seconds(timeout)} |" for name, timeout in clients.items()]
    return "\n".join(["| client | waits for an answer |", "|---|---|", *rows])


def _seconds(timeout) -> str:
    read = getattr(timeout, "read", timeout)
    return "for ever" if read is None else f"{read:g} s"


CAPTURES = {"defaults.md": defaults}
