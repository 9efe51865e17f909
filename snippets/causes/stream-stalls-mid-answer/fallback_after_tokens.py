from collections.abc import Iterator

from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Write the weather report for {place}.")
model = ChatOpenAI(model="gpt-4o-mini", timeout=20)
backup = ChatOpenAI(model="gpt-4o", timeout=20)
chain = prompt | model.with_fallbacks([backup])


def report(place: str) -> Iterator[str]:
    for chunk in chain.stream({"place": place}):  # stuck
        yield chunk.text
