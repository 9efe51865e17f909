# TODO: your program, whole and as short as it still shows the cause; this one shows the form.
from langchain_core.language_models import BaseChatModel


async def title_all(model: BaseChatModel, poems: list[str]) -> list[str]:
    titles = []
    for poem in poems:
        reply = await model.ainvoke(f"Find a title for this poem: {poem}")  # stuck
        titles.append(reply.text)
    return titles
