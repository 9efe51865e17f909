# TODO: your program, whole and as short as it still shows the cause; this one shows the form.
import queue
import threading

from langchain_core.language_models import BaseChatModel


def write(lines: queue.Queue[str | None]) -> None:
    with open("journal.txt", "a") as journal:
        while line := lines.get():  # stuck
            journal.write(f"{line}\n")


def answer(model: BaseChatModel, question: str) -> str:
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=write, args=[lines]).start()
    reply = model.invoke(question)
    lines.put(reply.text)
    return reply.text
