import queue

from langchain_core.language_models import BaseChatModel


def write(model: BaseChatModel, topics: list[str]) -> list[str]:
    drafts = queue.Queue()
    for topic in topics:
        draft = model.invoke(f"Write a headline: {topic}")
        drafts.put(draft.text)
    return [drafts.get() for _ in topics]
