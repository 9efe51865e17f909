"""Chat models and a provider that misbehave on purpose, without polling and without timeouts of their own."""

from unstuck.fakes.behaviours import (
    AfterGate,
    Answer,
    Behaviour,
    Body,
    Drip,
    Embeddings,
    HangUp,
    Json,
    KeepAlive,
    RateLimited,
    ServerError,
    Silence,
    Stall,
    StallBody,
    Stream,
)
from unstuck.fakes.calls import Calls, on_call
from unstuck.fakes.exchange import Exchange, Request
from unstuck.fakes.gate import Gate
from unstuck.fakes.models import FakeModel, GatedModel, ScriptedModel, SilentModel, StreamingModel, tool_call
from unstuck.fakes.provider import Provider

__all__ = [
    "AfterGate",
    "Answer",
    "Behaviour",
    "Body",
    "Calls",
    "Drip",
    "Embeddings",
    "Exchange",
    "FakeModel",
    "Gate",
    "GatedModel",
    "HangUp",
    "Json",
    "KeepAlive",
    "Provider",
    "RateLimited",
    "Request",
    "ScriptedModel",
    "ServerError",
    "Silence",
    "SilentModel",
    "Stall",
    "StallBody",
    "Stream",
    "StreamingModel",
    "on_call",
    "tool_call",
]
