# TODO: your program, whole and as short as it still shows the cause; this one shows the form.
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("What is there to see in {town} in {month}?")


def recommend(model: BaseChatModel, town: str, month: str) -> str:
    chain = prompt | model
    reply = chain.invoke({"town": town, "month": month})
    return f"{town}: {reply.text}"
