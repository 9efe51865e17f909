from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("Shorten this headline to at most 60 characters: {headline}")


async def publish(model: BaseChatModel, headline: str) -> str:
    chain = prompt | model
    state = {"headline": headline}
    for _ in range(3):
        output = await chain.ainvoke(state)
        if output["done"]:  # stuck
            return f"<h1>{output['headline']}</h1>"
    raise TimeoutError("not done after 3 attempts")
