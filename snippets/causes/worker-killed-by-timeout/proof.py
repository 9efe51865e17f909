"""gunicorn's own arbiter and worker serve the program; the model takes 45 seconds for the minutes.

The worker is not forked: both run in this process, where the prover sees what the worker is killed in.
"""

import os
import threading
from contextlib import suppress

import requests
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from unstuck.fakes import Answer, Provider, Stream

TALK = "Item 1: the bridge."
MINUTES = "The council will mend the bridge."


class Service(BaseApplication):
    cut: BaseException | None = None

    def __init__(self, program) -> None:
        self.program = program
        super().__init__()

    def load_config(self) -> None:
        for name in self.cfg.settings.keys() & vars(self.program).keys():
            self.cfg.set(name, getattr(self.program, name))
        self.cfg.set("bind", "127.0.0.1:0")
        self.cfg.set("max_requests", 1)

    def load(self):
        return self._watched if self.cfg.worker_class_str != "uvicorn.workers.UvicornWorker" else self.program.app

    def _watched(self, *request):
        try:
            yield from self.program.app(*request)
        except SystemExit as error:
            self.cut = error
            raise


def ask(program, got: list[str]) -> list[str]:
    """Serve one request, and return what the client gets; raise what the worker was killed with."""
    service = Service(program)
    arbiter = Arbiter(service)
    arbiter.start()
    given = (arbiter.LISTENERS, service, arbiter.timeout / 2, arbiter.cfg, arbiter.log)
    worker = arbiter.worker_class(1, os.getppid(), *given)
    arbiter.WORKERS[os.getpid()] = worker
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(1):  # so often looks the arbiter's own loop
            arbiter.murder_workers()

    def visit() -> None:
        host, port = arbiter.LISTENERS[0].getsockname()
        reply = requests.post(f"http://{host}:{port}", params={"transcript": TALK}, data=TALK, stream=True)
        got.append(f"{reply.status_code} {reply.reason}")
        try:
            got.extend(part.decode() for part in reply.iter_content(None))
        except requests.RequestException as error:
            got.append(type(error).__name__)

    threads = [threading.Thread(target=watch), threading.Thread(target=visit)]
    for thread in threads:
        thread.start()
    worker.init_process()
    ended.set()
    for thread in threads:
        thread.join()
    if service.cut:
        raise service.cut
    return got


def drive(program, provider: Provider) -> list[str]:
    provider.script(Answer(MINUTES, after=45))
    return ask(program, [])


def word_by_word(program, provider: Provider) -> list[str]:
    provider.script(Stream([f"{word} " for word in MINUTES.split()], every=8))
    return ask(program, [])


def client(program, provider: Provider) -> str:
    del program.threads
    provider.script(Answer(MINUTES, after=45), Stream([f"{word} " for word in MINUTES.split()], every=8))
    whole, stream = [], []
    with suppress(SystemExit):
        ask(program, whole)
    program.app = lambda environ, start_response: _words(program, start_response)
    with suppress(SystemExit):
        ask(program, stream)
    rows = [f"| the answer as a whole | `{whole[0]}` |", f"| a stream | {', '.join(f'`{part}`' for part in stream)} |"]
    return "\n".join(["| the program sends | the client gets |", "|---|---|", *rows])


def _words(program, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    for chunk in program.chain.stream({"transcript": TALK}):
        yield chunk.text.encode()


CAPTURES = {"client.md": client}
