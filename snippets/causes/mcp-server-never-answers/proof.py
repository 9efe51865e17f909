"""A real MCP server lists its tool, takes the call of it, and waits for its own database for ever."""

import asyncio
import os
import socket
import tempfile
import threading

import uvicorn
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from mcp.server.fastmcp import FastMCP

from unstuck.fakes import ScriptedModel, tool_call

QUESTION = "When does the next ferry leave from Rab?"

DATABASE, _ = ENDS = socket.socketpair()
LISTENER = socket.create_server(("127.0.0.1", 0))
os.environ["TIMETABLE_URL"] = f"http://127.0.0.1:{LISTENER.getsockname()[1]}/mcp"

SCRIPT = tempfile.NamedTemporaryFile("w", suffix=".py")
os.environ["TIMETABLE_SERVER"] = SCRIPT.name
WAITING = """
import socket
from mcp.server.fastmcp import FastMCP
timetable = FastMCP("timetable", log_level="CRITICAL")
database, _ = ends = socket.socketpair()
@timetable.tool()
def next_ferry(harbour: str) -> str:
    return database.recv(100).decode()
timetable.run()
"""


class Clerk(ScriptedModel):
    """Calls the tool, and says to the user what the tool said."""

    async def _agenerate(self, messages, *args, **kwargs):
        if isinstance(messages[-1], ToolMessage):
            return ChatResult(generations=[ChatGeneration(message=AIMessage(messages[-1].text))])
        return await super()._agenerate(messages, *args, **kwargs)


class Server(uvicorn.Server):
    async def main_loop(self) -> None:  # the real one looks ten times a second whether it is to end
        await asyncio.Event().wait()

    def crash(self) -> None:
        """Do what the kernel does for a process that is killed: close what it listens on and every connection."""
        LISTENER.close()
        for connection in list(self.server_state.connections):
            connection.transport.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


async def ask(program) -> str:
    return await program.answer(Clerk([tool_call("next_ferry", harbour="Rab")]), QUESTION)


async def drive(program, *, crashes: bool = False, **settings) -> str:
    timetable = FastMCP("timetable", log_level="CRITICAL", **settings)
    server = Server(uvicorn.Config(timetable.streamable_http_app(), log_level="critical"))

    @timetable.tool()
    def next_ferry(harbour: str) -> str:
        if crashes:
            server.crash()
        return DATABASE.recv(100).decode()

    threading.Thread(target=server.run, args=([LISTENER],), daemon=True).start()
    return await ask(program)


async def crash(program) -> str:
    return await drive(program, crashes=True)


async def answering(program) -> str:
    return await drive(program, json_response=True)


async def process(program, source: str = WAITING) -> str:
    SCRIPT.write(source)
    SCRIPT.flush()
    return await ask(program)


async def silent_process(program) -> str:
    return await process(program, "import sys; sys.stdin.read()")
