from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

prompt = ChatPromptTemplate.from_template("Shorten this headline to at most 60 characters: {headline}")


def fits(title: str) -> bool:
    return len(title) <= 60


def publish(model: BaseChatModel, headline: str) -> str:
    chain = prompt | model | StrOutputParser()

    def shorten(headline: str) -> str | RunnableLambda:
        shorter = chain.invoke({"headline": headline})
        return shorter if fits(shorter) else again

    again = RunnableLambda(shorten)
    title = again.invoke(headline)  # stuck
    return f"<h1>{title}</h1>"
