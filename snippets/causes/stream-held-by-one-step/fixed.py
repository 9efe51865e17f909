from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("You guide visitors through a museum. Answer: {question}")


async def without_stars(texts):
    async for text in texts:
        yield text.replace("*", "")


async def guide(model: BaseChatModel, question: str):
    chain = prompt | model | StrOutputParser() | without_stars
    async for text in chain.astream({"question": question}):
        yield text
