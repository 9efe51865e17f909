"""Write what py-spy and faulthandler print of hosts of LangChain: idle after an answer, and waiting for the next one.

Run it as `python tests/matcher/hosts/capture.py [HOST …]` in an environment of its own, with this project and the
packages of `packages.txt`, which are those of the texts that are there. They are in `dumps`, named after the host,
the cause with which it is stuck (or `idle`), and the tool.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from unstuck.fakes import AfterGate, Answer, Gate, Json, Provider, Silence

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
DUMP = signal.SIGRTMIN + 5
SITE = f"""\
import faulthandler, os
faulthandler.register({int(DUMP)}, file=open(os.path.join(os.environ["DUMPS"], str(os.getpid())), "a"))
"""
PATIENCE = 90.0  # seconds
WAITS_IN = "httpcore2/_backends/sync.py"
MODEL = "model-call-without-timeout"


@dataclass
class Host:
    """A host under way: the process that is dumped, what asks it, and the cause with which it gets stuck."""

    pid: int
    ask: Callable[[], object]
    cause: str = MODEL
    native: bool = False


@dataclass
class Place:
    """Where a host runs: a folder with the apps, its environment, and the provider that it asks."""

    folder: Path
    environment: dict[str, str]
    provider: Provider
    ending: ExitStack

    def start(self, *command: str, **more: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [str(BIN / command[0]), *command[1:]],
            cwd=self.folder,
            env=self.environment | more,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            start_new_session=True,
        )
        self.ending.callback(end, process)
        return process


def jupyter(place: Place) -> Host:
    from jupyter_client.manager import KernelManager

    manager = KernelManager(connection_file=str(place.folder / "kernel.json"))
    manager.start_kernel(env=place.environment, cwd=str(place.folder))
    place.ending.callback(lambda: manager.shutdown_kernel(now=True))
    client = manager.client()
    client.start_channels()
    place.ending.callback(client.stop_channels)
    client.wait_for_ready()
    client.execute_interactive("from langchain_openai import ChatOpenAI")
    cell = "ChatOpenAI(model='gpt-4o-mini').invoke('When is high tide?').text"
    return Host(manager.provisioner.pid, lambda: client.execute(cell), native=True)


def uvicorn_reload(place: Place) -> Host:
    process = place.start("uvicorn", "service:app", "--port", "8021", "--reload")
    return Host(process.pid, lambda: get(8021, "/loop"), "sync-call-in-async-code")


def gunicorn_uvicorn(place: Place) -> Host:
    worker = ["-k", "uvicorn_worker.UvicornWorker", "-w", "2", "-b", "127.0.0.1:8022"]
    process = place.start("gunicorn", "service:app", *worker)
    return Host(process.pid, lambda: get(8022, "/thread"), native=True)


def gradio(place: Place) -> Host:
    process = place.start("python", "chat.py")

    def ask() -> None:
        from gradio_client import Client

        until(lambda: listens(8023))
        Client("http://127.0.0.1:8023", verbose=False).submit("When is high tide?", api_name="/reply")

    return Host(process.pid, ask)


def streamlit(place: Place) -> Host:
    options = ["--server.headless", "true", "--browser.gatherUsageStats", "false", "--server.port", "8024"]
    process = place.start("streamlit", "run", "page.py", *options)

    def ask() -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from websockets.sync.client import connect

        until(lambda: listens(8024))
        page = connect("ws://127.0.0.1:8024/_stcore/stream")
        message = BackMsg()
        message.rerun_script.query_string = ""
        page.send(message.SerializeToString())
        place.ending.callback(page.close)

    return Host(process.pid, ask)


def langgraph_dev(place: Place) -> Host:
    process = place.start("langgraph", "dev", "--no-browser", "--port", "8025")
    question = {"assistant_id": "tides", "input": {"messages": "When is high tide?"}}
    return Host(process.pid, lambda: get(8025, "/runs/wait", question))


def celery(place: Place, pool: str) -> Host:
    (place.folder / "queue").mkdir()
    process = place.start("celery", "-A", "jobs", "worker", "--pool", pool, "--concurrency", "2")
    send = "import jobs; jobs.tide.delay()"
    return Host(process.pid, lambda: place.start("python", "-c", send).wait())


def telegram(place: Place, app: str, cause: str) -> Host:
    at = {"chat": {"id": 1, "type": "private"}, "date": 0, "from": {"id": 1, "is_bot": False, "first_name": "A"}}
    bot = {"id": 2, "is_bot": True, "first_name": "Tides", "username": "tides_bot"}
    asked = [Gate(), Gate()]
    messages = [{"update_id": n, "message": {**at, "message_id": n, "text": "?"}} for n in (1, 2)]
    updates = [
        AfterGate(gate, Json({"ok": True, "result": [message]})) for gate, message in zip(asked, messages, strict=True)
    ]
    place.provider.script(Json({"ok": True, "result": True}), path="/bot1:key")
    place.provider.script(Json({"ok": True, "result": bot}), path="/bot1:key/getMe")
    place.provider.script(Json({"ok": True, "result": {**at, "message_id": 9}}), path="/bot1:key/sendMessage")
    place.provider.script(*updates, Silence(), path="/bot1:key/getUpdates")
    process = place.start("python", app, TELEGRAM=place.provider.url)
    return Host(process.pid, lambda: asked.pop(0).open(), cause)


def slack(place: Place) -> Host:
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.server import ServerConnection, serve

    lines: list[ServerConnection] = []

    def talk(line: ServerConnection) -> None:
        line.send(json.dumps({"type": "hello", "num_connections": 1}))
        lines.append(line)
        with suppress(ConnectionClosed):
            list(line)

    def ask() -> None:
        event = {"type": "message", "channel": "C1", "user": "U1", "text": "When is high tide?", "ts": "1.1"}
        payload = {"type": "event_callback", "event": event, "team_id": "T1", "api_app_id": "A1"}
        lines[-1].send(json.dumps({"type": "events_api", "envelope_id": "E", "payload": payload}))

    server = serve(talk, "127.0.0.1", 8026)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    place.ending.callback(server.shutdown)
    place.provider.script(Json({"ok": True, "user_id": "U2", "bot_id": "B2"}), path="/auth.test")
    place.provider.script(Json({"ok": True, "url": "ws://127.0.0.1:8026/"}), path="/apps.connections.open")
    place.provider.script(Json({"ok": True}), path="/chat.postMessage")
    process = place.start("python", "slack_listens.py", SLACK=place.provider.url)
    until(lambda: lines != [])
    return Host(process.pid, ask)


HOSTS: dict[str, Callable[[Place], Host]] = {
    "jupyter": jupyter,
    "uvicorn-reload": uvicorn_reload,
    "gunicorn-uvicorn": gunicorn_uvicorn,
    "gradio": gradio,
    "streamlit": streamlit,
    "langgraph-dev": langgraph_dev,
    "celery-prefork": lambda place: celery(place, "prefork"),
    "celery-threads": lambda place: celery(place, "threads"),
    "telebot": lambda place: telegram(place, "telebot_polls.py", MODEL),
    "telegram": lambda place: telegram(place, "telegram_polls.py", "sync-call-in-async-code"),
    "slack": slack,
}


def end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def get(port: int, path: str, body: object = None) -> None:
    """Ask a server once it listens; nobody waits for the answer."""
    until(lambda: listens(port))
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, {"Content-Type": "application/json"})

    def ask() -> None:
        with suppress(OSError), urllib.request.urlopen(request) as answer:
            answer.read()

    threading.Thread(target=ask, daemon=True).start()


def until(true: Callable[[], bool]) -> None:
    """Return once something is true; raise TimeoutError after `PATIENCE`."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.1)


def py_spy(pid: int, *options: str) -> str:
    command = [str(BIN / "py-spy"), "dump", "--subprocesses", "--pid", str(pid), *options]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def dumps(host: Host, folder: Path) -> dict[str, str]:
    """Return the dumps of a host and of its children, by tool; faulthandler's one process after the other."""
    texts = {"py-spy": py_spy(host.pid)} | ({"native": py_spy(host.pid, "--native")} if host.native else {})
    texts["faulthandler"] = ""
    for pid in re.findall(r"(?m)^Process (\d+):", texts["py-spy"]):
        os.kill(int(pid), DUMP)
        text, before = "", ""
        while not text or text != before:
            time.sleep(0.3)
            before, text = text, "".join(path.read_text() for path in folder.iterdir())
        texts["faulthandler"] += text
        for path in folder.iterdir():
            os.truncate(path, 0)
    return texts


def public(text: str, folder: Path) -> str:
    """Return a dump with the paths that a server would have."""
    for private, path in ((folder, "/srv/app"), (BIN.parent, "/srv/.venv"), (sys.base_prefix, "/usr/local")):
        text = text.replace(str(private), path)
    return text


def capture(name: str) -> None:
    with ExitStack() as ending, tempfile.TemporaryDirectory(prefix="host-") as at, Provider() as provider:
        folder = Path(at)
        shutil.copytree(HERE / "apps", folder, dirs_exist_ok=True)
        (folder / "dumps").mkdir()
        (folder / "site").mkdir()
        (folder / "site" / "sitecustomize.py").write_text(SITE)
        environment = {
            **{key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ},
            "PYTHONPATH": f"{folder / 'site'}",
            "DUMPS": f"{folder / 'dumps'}",
            "TMPDIR": f"{folder}",
            "OPENAI_API_KEY": "not-a-key",
            "OPENAI_BASE_URL": provider.base_url,
            "LANGSMITH_TRACING": "false",
            "GRADIO_ANALYTICS_ENABLED": "False",
        }
        provider.script(Answer("At noon."), Silence(), path="/v1/chat/completions")
        host = HOSTS[name](Place(folder, environment, provider, ending))
        host.ask()
        until(lambda: any("/v1/" in request.path for request in provider.requests))
        until(lambda: WAITS_IN not in py_spy(host.pid))
        write(name, "idle", dumps(host, folder / "dumps"), folder)
        host.ask()
        until(lambda: WAITS_IN in py_spy(host.pid))
        write(name, host.cause, dumps(host, folder / "dumps"), folder)


def write(name: str, state: str, texts: dict[str, str], folder: Path) -> None:
    for tool, text in texts.items():
        (HERE / "dumps" / f"{name}.{state}.{tool}.txt").write_text(public(text, folder), encoding="utf-8")


if __name__ == "__main__":
    (HERE / "dumps").mkdir(exist_ok=True)
    for host in sys.argv[1:] or HOSTS:
        capture(host)
