"""The table plan is silent at first; the provider refuses a history in which a tool call has no answer."""

from langchain_core.messages import AIMessage, HumanMessage, ToolCall, ToolMessage
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from unstuck.fakes import Answer, Body, Exchange, Json, Provider, ServerError, Silence

ASKS = ToolCall(name="free_tables", args={"day": "Friday"}, id="call")


def refusal(messages: list[dict]) -> str | None:
    """Say why OpenAI refuses a history, in its words."""
    missing: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            if message["tool_call_id"] not in missing:
                return "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
            missing.remove(message["tool_call_id"])
        elif missing:
            break
        else:
            missing = [call["id"] for call in message.get("tool_calls") or []]
    if not missing:
        return None
    return (
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
        f"The following tool_call_ids did not have response messages: {', '.join(missing)}"
    )


def strict(exchange: Exchange) -> None:
    messages = exchange.asked.json["messages"]
    why = refusal(messages)
    if why:
        Json({"error": {"message": why, "type": "invalid_request_error"}}, status=400)(exchange)
    elif messages[-1]["role"] == "user" and "table" in messages[-1]["content"]:
        Answer("", [ASKS])(exchange)
    else:
        Answer("We open at six.")(exchange)


async def drive(program, provider: Provider, first=Silence()) -> list[str]:
    provider.script(strict, path="/v1").script(first, Body("one at eight"), path="/Friday")
    async with AsyncSqliteSaver.from_conn_string("guests.db") as checkpointer:
        host = program.build_host(checkpointer)
        questions = ("Is there a table on Friday?", "When do you open?", "And on Sunday?")
        return [await program.reply(host, "guest 7", question) for question in questions]


async def answers_an_error(program, provider: Provider) -> list[str]:
    return await drive(program, provider, ServerError(503))


def cut_in_two(program, provider: Provider) -> str:
    provider.script(strict, path="/v1")
    call, result = AIMessage("", tool_calls=[ASKS]), ToolMessage("one at eight", tool_call_id="call")
    return program.reply([HumanMessage("Is there a table?"), call, result, AIMessage("At eight."), HumanMessage("Hm.")])


async def thread(program, provider: Provider) -> str:
    """Return what is stored of a thread whose tool was cut off."""
    provider.script(strict, path="/v1").script(Silence(), path="/Friday")
    async with AsyncSqliteSaver.from_conn_string(":memory:") as checkpointer:
        host = program.build_host(checkpointer)
        await program.reply(host, "guest 7", "Is there a table on Friday?")
        state = await host.aget_state({"configurable": {"thread_id": "guest 7"}})
    said = [f"{message.type}: {message.text or message.tool_calls}" for message in state.values["messages"]]
    return "\n".join([*said, f"next: {state.next}"])


CAPTURES = {"thread.txt": thread}
