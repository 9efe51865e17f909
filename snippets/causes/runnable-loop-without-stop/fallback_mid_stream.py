from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("Shorten this headline to at most 60 characters: {headline}")


async def publish(model: BaseChatModel, backup: BaseChatModel, headline: str) -> str:
    chain = prompt | model.with_fallbacks([backup]) | StrOutputParser()
    title = ""
    async for token in chain.astream({"headline": headline}):  # stuck
        title += token
    return f"<h1>{title}</h1>"
