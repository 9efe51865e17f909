# TODO: your program, whole and as short as it still shows the cause; this one shows the form.
from langchain_core.language_models import BaseChatModel


async def title_all(model: BaseChatModel, poems: list[str]) -> list[str]:
    replies = await model.abatch([f"Find a title for this poem: {poem}" for poem in poems])
    return [reply.text for reply in replies]
