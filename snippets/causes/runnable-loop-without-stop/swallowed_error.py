import logging

from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("Shorten this headline to at most 60 characters: {headline}")
log = logging.getLogger(__name__)


def publish(model: BaseChatModel, headline: str) -> str:
    chain = prompt | model | StrOutputParser()
    while True:
        try:
            title = chain.invoke({"headline": headline})  # stuck
        except Exception as error:
            log.debug("once more: %s", error)
        else:
            return f"<h1>{title}</h1>"
