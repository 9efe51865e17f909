from collections.abc import Iterator

from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from openai import APITimeoutError

prompt = ChatPromptTemplate.from_template("Write the weather report for {place}.")
model = ChatOpenAI(model="gpt-4o-mini", timeout=20)
chain = prompt | model


def report(place: str) -> Iterator[str]:
    try:
        for chunk in chain.stream({"place": place}):  # stuck
            yield chunk.text
    except APITimeoutError:
        yield " (broken off)"
