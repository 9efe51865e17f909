# TODO: your program, whole and as short as it still shows the cause; this one shows the form.
from langchain_core.chat_history import BaseChatMessageHistory
from langchain_core.language_models import BaseChatModel


async def answer(model: BaseChatModel, history: BaseChatMessageHistory, question: str) -> str:
    history.add_user_message(question)
    reply = await model.ainvoke(history.messages)
    history.aadd_messages([reply])  # stuck
    return reply.text
