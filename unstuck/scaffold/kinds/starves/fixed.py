# TODO: your program, whole and as short as it still shows the cause; this one shows the form.
import asyncio

from langchain_core.language_models import BaseChatModel


async def opening_hours(model: BaseChatModel, question: str) -> str:
    reply = await model.ainvoke(question)
    if not reply.text:
        await asyncio.sleep(2)
        reply = await model.ainvoke(question)
    return reply.text
