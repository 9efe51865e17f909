"""Give a tool a deadline: the model gets an error message in time, and the run goes on.

    agent = create_agent(model, [with_deadline(search, seconds=10), with_deadline(fetch, seconds=5)])

What the deadline can end depends on the tool:

- An async tool is cancelled. If it does not stop when cancelled, it is left behind.
- A sync tool cannot be stopped. It runs in a thread of its own, and after the deadline it is left behind there: its
  request stays open and its side effects still happen. Give its client a timeout as well.
- An async tool that blocks the event loop blocks the deadline too.

Calls that are left behind cost a thread or a task each, so a tool with `max_stuck` of them takes no further call.
They run in daemon threads: they neither use up the default executor nor hold up the end of the process.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import threading
from typing import Any, TypeVar

from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool, StructuredTool, Tool, ToolException

GRACE = 1.0
"""Seconds that a cancelled async tool has to clean up before it is left behind."""

_Tool = TypeVar("_Tool", bound=BaseTool)


class ToolDeadlineExceeded(ToolException, TimeoutError):
    """The tool did not answer in time, or too many of its calls are still stuck."""


def with_deadline(tool: _Tool, seconds: float, *, max_stuck: int = 8) -> _Tool:
    """Return a copy of the tool, of the same name, schema and kind of answer, that answers within a deadline.

    A tool call gets a `ToolMessage` of status `error` instead of an answer.
    Called without one, as in `tool.invoke({"city": "Oslo"})`, the tool returns the text of the error where it has
    `handle_tool_error`, and raises `ToolDeadlineExceeded` where it has not.

    Args:
        tool: Any tool; it is not changed.
        seconds: From the call to the answer.
        max_stuck: With so many calls past their deadline and still running, further ones are refused.
            Calls that are within their deadline do not count.
    """
    calls = _Calls(tool, seconds, max_stuck)

    def run(_: BaseTool, *args: Any, **kwargs: Any) -> Any:
        return calls.run(*args, **kwargs)

    async def arun(_: BaseTool, *args: Any, **kwargs: Any) -> Any:
        return await calls.arun(*args, **kwargs)

    methods: dict[str, Any] = {"run": run, "arun": arun, "__module__": __name__}
    if isinstance(tool, StructuredTool | Tool):
        # Their own takes a sync tool to the default executor, and waits there for a free thread.
        methods["ainvoke"] = BaseTool.ainvoke
    guarded = tool.model_copy()
    # A new class for the copy, not a new object: all that the tool keeps in fields and private attributes comes along.
    object.__setattr__(guarded, "__class__", type(type(tool).__name__, (type(tool),), methods))
    return guarded


class _Calls:
    def __init__(self, tool: BaseTool, seconds: float, max_stuck: int) -> None:
        self._tool = tool
        self._seconds = seconds
        self._max_stuck = max_stuck
        self._stuck: set[object] = set()

    def run(self, *args: Any, tool_call_id: str | None = None, **kwargs: Any) -> Any:
        try:
            self._refuse_when_stuck()
            call = self._in_thread(*args, tool_call_id=tool_call_id, **kwargs)
            concurrent.futures.wait([call], self._seconds)
            if call.done():
                return call.result()
            self._leave(call)
            raise self._late("left running")
        except ToolDeadlineExceeded as error:
            return self._told(error, tool_call_id)

    async def arun(self, *args: Any, tool_call_id: str | None = None, **kwargs: Any) -> Any:
        do = self._as_task if _is_async(self._tool) else self._awaited_thread
        try:
            self._refuse_when_stuck()
            return await do(*args, tool_call_id=tool_call_id, **kwargs)
        except ToolDeadlineExceeded as error:
            return self._told(error, tool_call_id)

    async def _as_task(self, *args: Any, **kwargs: Any) -> Any:
        call = asyncio.create_task(self._tool.arun(*args, **kwargs))
        try:
            await asyncio.wait([call], timeout=self._seconds)
            if call.done():
                return call.result()
        finally:
            if call.cancel():
                await asyncio.wait([call], timeout=GRACE)
                self._leave(call)
        raise self._late("cancelled" if call.done() else "left running")

    async def _awaited_thread(self, *args: Any, **kwargs: Any) -> Any:
        call = self._in_thread(*args, **kwargs)
        answer = asyncio.wrap_future(call)
        try:
            await asyncio.wait([answer], timeout=self._seconds)
            if answer.done():
                return answer.result()
        finally:
            if answer.cancel():
                self._leave(call)
        raise self._late("left running")

    def _in_thread(self, *args: Any, **kwargs: Any) -> concurrent.futures.Future[Any]:
        call: concurrent.futures.Future[Any] = concurrent.futures.Future()
        call.set_running_or_notify_cancel()
        context = contextvars.copy_context()

        def work() -> None:
            try:
                answer = context.run(self._tool.run, *args, **kwargs)
            except BaseException as error:  # noqa: BLE001  # The caller gets it, as without the thread.
                call.set_exception(error)
            else:
                call.set_result(answer)

        threading.Thread(target=work, name=f"tool {self._tool.name}", daemon=True).start()
        return call

    def _leave(self, call: concurrent.futures.Future[Any] | asyncio.Task[Any]) -> None:
        if not call.done():
            self._stuck.add(call)
        call.add_done_callback(self._ended)

    def _ended(self, call: concurrent.futures.Future[Any] | asyncio.Task[Any]) -> None:
        self._stuck.discard(call)
        if not call.cancelled():
            call.exception()  # Nobody else will look at it, and asyncio logs an error that nobody has looked at.

    def _refuse_when_stuck(self) -> None:
        if len(self._stuck) >= self._max_stuck:
            raise ToolDeadlineExceeded(
                f"Error: tool {self._tool.name!r} was not called: {len(self._stuck)} earlier calls are still stuck."
            )

    def _late(self, outcome: str) -> ToolDeadlineExceeded:
        return ToolDeadlineExceeded(
            f"Error: tool {self._tool.name!r} gave no answer within {self._seconds:g} s and was {outcome}."
        )

    def _told(self, error: ToolDeadlineExceeded, tool_call_id: str | None) -> Any:
        handle = self._tool.handle_tool_error
        text: Any = handle(error) if callable(handle) else handle if isinstance(handle, str) else str(error)
        if tool_call_id is not None:
            return ToolMessage(text, name=self._tool.name, tool_call_id=tool_call_id, status="error")
        if handle:
            return text
        raise error


def _is_async(tool: BaseTool) -> bool:
    # A tool that has no async form inherits one that takes the sync form to the default executor.
    inherited = (BaseTool._arun, StructuredTool._arun, Tool._arun)  # noqa: SLF001  # Tools are made by overriding it.
    return getattr(tool, "coroutine", None) is not None or type(tool)._arun not in inherited  # noqa: SLF001
