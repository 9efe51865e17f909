from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

prompt = ChatPromptTemplate.from_template("Shorten this headline to at most 60 characters: {headline}")


def fits(title: str) -> bool:
    return len(title) <= 60


def publish(model: BaseChatModel, headline: str) -> str:
    chain = prompt | model | StrOutputParser()

    def shorten(headline: str) -> str:
        while not fits(headline):
            headline = chain.invoke({"headline": headline})  # stuck
        return headline

    title = RunnableLambda(shorten).invoke(headline, {"recursion_limit": 5})
    return f"<h1>{title}</h1>"
