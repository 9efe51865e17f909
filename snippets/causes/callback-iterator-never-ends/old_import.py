from langchain.callbacks import AsyncIteratorCallbackHandler  # stuck
from langchain_core.language_models import BaseChatModel


async def answer(model: BaseChatModel, question: str):
    handler = AsyncIteratorCallbackHandler()
    await model.ainvoke(question, {"callbacks": [handler]})
    async for token in handler.aiter():
        yield token
