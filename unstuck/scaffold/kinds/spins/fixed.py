# TODO: your program, whole and as short as it still shows the cause; this one shows the form.
from langchain_core.language_models import BaseChatModel

WIDTH = 40


def windows(text: str, overlap: int) -> list[str]:
    found, start = [], 0
    while start < len(text):
        found.append(text[start : start + WIDTH])
        start += WIDTH - min(overlap, WIDTH // 2)
    return found


def summarise(model: BaseChatModel, text: str, overlap: int) -> str:
    parts = [model.invoke(f"Sum up: {window}").text for window in windows(text, overlap)]
    return " ".join(parts)
