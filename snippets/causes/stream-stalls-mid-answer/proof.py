"""The provider streams two tokens of the answer, and then nothing more."""

import json
import os
import time

from unstuck.fakes import HangUp, Provider, Stall, Stream

TOKENS = ["Sunny", " spells"]
os.environ.update(ANTHROPIC_API_KEY="not-a-key", ANTHROPIC_BASE_URL="http://anthropic.internal")


def drive(program, provider: Provider) -> str:
    provider.script(Stall(TOKENS))
    return "".join(program.report("Bergen"))


def commented(program, provider: Provider) -> str:
    provider.script(comments)
    return "".join(program.report("Bergen"))


def asynchronous(does):
    async def scenario(program, provider: Provider) -> str:
        provider.script(does)
        return "".join([text async for text in program.report("Bergen")])

    return scenario


def comments(exchange) -> None:
    """Stream the tokens, then a comment every ten seconds, as gateways do to keep a connection open."""
    HangUp(TOKENS)(exchange)  # closes only when this returns
    while True:
        exchange.chunks(b": still here\n\n")
        time.sleep(10)


def claude(exchange) -> None:
    """Stream the tokens as Anthropic does, then nothing more."""
    exchange.head(200, "text/event-stream", None)
    message = {"id": "1", "type": "message", "role": "assistant", "model": "claude", "content": [], "usage": USAGE}
    _event(exchange, "message_start", message=message)
    _event(exchange, "content_block_start", index=0, content_block={"type": "text", "text": ""})
    for token in TOKENS:
        _event(exchange, "content_block_delta", index=0, delta={"type": "text_delta", "text": token})
    exchange.silence()


USAGE = {"input_tokens": 1, "output_tokens": 1}


def _event(exchange, name: str, **data) -> None:
    exchange.chunks(f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode())


stalls = asynchronous(Stall(TOKENS))
stalls_with_comments = asynchronous(comments)
stalls_at_anthropic = asynchronous(claude)
hangs_up = asynchronous(HangUp(TOKENS))
drips = asynchronous(Stream(TOKENS * 20, every=14))
