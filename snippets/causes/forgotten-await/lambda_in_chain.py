from fastapi import FastAPI
from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

translate = ChatPromptTemplate.from_template("Translate this dish for the English menu: {dish}")


def build_app(model: BaseChatModel) -> FastAPI:
    app = FastAPI()
    translator = translate | model | StrOutputParser()
    chain = RunnableLambda(lambda dish: {"dish": dish.strip()}) | (lambda given: translator.ainvoke(given))  # stuck

    @app.get("/menu")
    async def menu(dish: str) -> str:
        name = await chain.ainvoke(dish)
        return f"{dish} ({name})"

    return app
