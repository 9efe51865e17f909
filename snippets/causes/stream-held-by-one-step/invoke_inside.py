from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

prompt = ChatPromptTemplate.from_template("You guide visitors through a museum. Answer: {question}")


async def guide(model: BaseChatModel, question: str):
    async def answer(asked):
        text = await (prompt | model | StrOutputParser()).ainvoke(asked)  # stuck
        return text.replace("*", "")

    async for text in RunnableLambda(answer).astream({"question": question}):
        yield text
