from operator import itemgetter

from langchain_core.output_parsers import StrOutputParser
from langchain_core.runnables import RunnableGenerator, RunnableLambda, RunnablePassthrough


def shout(text):
    return text.upper()


async def cut(text):
    return text[:200]


def shouted(texts):
    for text in texts:
        yield text.upper()


def documents(found):
    return "\n".join(found)


def page(prompt, model, llm, retriever, asked):
    for text in (prompt | model | StrOutputParser() | shout).stream(asked):  # alarm
        print(text)
    short = prompt | llm | cut  # alarm
    texts = prompt | model | (lambda message: message.text)  # alarm
    small = prompt | llm | RunnableLambda(shout)  # alarm
    lower = prompt | model | StrOutputParser() | str.lower
    named = llm | StrOutputParser() | RunnableLambda(lambda text: text.strip())  # alarm
    title = prompt | model.with_retry() | shout | RunnablePassthrough()  # alarm

    good = prompt | model | StrOutputParser() | shouted  # fine
    wrapped = prompt | model | RunnableGenerator(shouted)  # fine
    found = itemgetter("question") | retriever | documents  # fine
    context = {"context": retriever | documents, "question": RunnablePassthrough()} | prompt | model  # fine
    before = RunnableLambda(shout) | prompt | model | StrOutputParser()  # fine
    kind = asked.kind | model.flag  # fine
    return short, texts, small, lower, named, title, good, wrapped, found, context, before, kind
