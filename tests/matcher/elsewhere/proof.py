"""What drives the programs of this folder: for each the scenario that is named like it, or that of its cause."""

import os
import socket

from langsmith.utils import get_env_var

from unstuck.fakes import Answer, Body, Json, Provider, RateLimited, ScriptedModel, Silence, Stall, StreamingModel
from unstuck.fakes import tool_call as call

os.environ["OLLAMA_HOST"] = "http://ollama.internal"
PROXY = socket.create_server(("127.0.0.1", 0))


def agent_loops_without_limit(program):
    return program.main(ScriptedModel([call("look_up", word="grig")]))


async def callback_iterator_never_ends(program):
    return await program.main(ScriptedModel(["We open at nine."]))


def client_shared_across_event_loops(program, provider: Provider):
    provider.script(Answer("done"))
    return program.main()


def graph_never_reaches_end(program):
    return program.main(ScriptedModel(["To Rab."]))


def model_call_without_timeout(program, provider: Provider):
    provider.script(Silence())
    return program.main()


async def nested_event_loop(program):
    return await program.main(ScriptedModel(["High at noon."]))


def proxy_swallows_requests(program):
    os.environ["HTTP_PROXY"] = f"http://127.0.0.1:{PROXY.getsockname()[1]}"
    return program.main()


def runnable_loop_without_stop(program):
    return program.main(ScriptedModel(["two apples"]))


def silent_retries(program, provider: Provider):
    provider.script(RateLimited(60), RateLimited(60), Answer("one"))
    return program.main()


def slow_token_callback(program, provider: Provider):
    provider.script(Body("ok", after=1), path="/tokens")
    return program.main(StreamingModel(["It ", "is ", "said."], every=0.1))


def stream_held_by_one_step(program):
    return program.main(StreamingModel(["It ", "is ", "said."], every=1))


async def stream_stalls_mid_answer(program, provider: Provider):
    provider.script(Stall(["It ", "is"]))
    return await program.main()


def structured_output_retried_forever(program):
    return program.main(ScriptedModel([call("Ticket", priority="urgent")]))


async def sync_call_in_async_code(program, provider: Provider):
    provider.script(Answer("hi", after=5))
    return await program.main()


async def thread_pool_exhausted(program, provider: Provider):
    provider.script(Body("1", after=20), path="/")
    return await program.main()


async def timed_out_work_keeps_running(program, provider: Provider):
    provider.script(Answer("short", after=300))
    return await program.main()


def timeout_setting_ignored(program, provider: Provider):
    provider.script(Silence())
    return program.main()


def tool_call_left_unanswered(program, provider: Provider):
    message = (
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
        "The following tool_call_ids did not have response messages: call_9"
    )
    provider.script(Json({"error": {"message": message, "type": "invalid_request_error"}}, status=400))
    return program.main()


def tool_error_retried_forever(program):
    return program.main(ScriptedModel([call("charge", cents=5)]))


def tool_never_returns(program, provider: Provider):
    provider.script(Silence(), path="/")
    return program.main(call("weather", city="Rab"))


def tracing_holds_the_process(program, provider: Provider):
    os.environ |= {"LANGSMITH_TRACING": "true", "LANGSMITH_ENDPOINT": "http://langsmith.internal"}
    os.environ |= {"LANGSMITH_API_KEY": "key"}
    get_env_var.cache_clear()
    provider.script(Json({}), path="/info").script(Silence(), path="/runs")
    return program.main(ScriptedModel(["Bed 3."]))
