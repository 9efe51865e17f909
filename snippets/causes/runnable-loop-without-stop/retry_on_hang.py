from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("Shorten this headline to at most 60 characters: {headline}")


async def publish(model: BaseChatModel, headline: str) -> str:
    chain = prompt | model | StrOutputParser()
    title = await chain.with_retry(stop_after_attempt=3).ainvoke({"headline": headline})  # stuck
    return f"<h1>{title}</h1>"
