import asyncio

from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.language_models import BaseChatModel


class Progress(AsyncCallbackHandler):
    def __init__(self, loop: asyncio.AbstractEventLoop, steps: asyncio.Queue[str]) -> None:
        self.loop, self.steps = loop, steps

    async def on_chat_model_start(self, serialized, messages, **kwargs) -> None:
        put = asyncio.run_coroutine_threadsafe(self.steps.put("asking the model"), self.loop)
        await asyncio.wrap_future(put)


async def answer(model: BaseChatModel, question: str, steps: asyncio.Queue[str]) -> str:
    progress = Progress(asyncio.get_running_loop(), steps)
    reply = model.invoke(question, {"callbacks": [progress]})  # stuck
    return reply.text
