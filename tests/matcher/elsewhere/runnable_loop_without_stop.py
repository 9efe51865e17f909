from itertools import count

from langchain_core.output_parsers import JsonOutputParser
from langchain_core.runnables import RunnableLambda


def main(llm):
    extract = RunnableLambda(lambda text: f"As JSON: {text}") | llm | JsonOutputParser()
    for _ in count():
        try:
            return extract.invoke("two apples")
        except ValueError:
            continue
