from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("You guide visitors through a museum. Answer: {question}")


def without_stars(text):
    return text.replace("*", "")


def guide(model: BaseChatModel, question: str):
    chain = prompt | model | StrOutputParser() | without_stars
    yield from chain.stream({"question": question})  # stuck
