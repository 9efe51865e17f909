from fastapi import FastAPI
from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("Translate this dish for the English menu: {dish}")


def build_app(model: BaseChatModel) -> FastAPI:
    app = FastAPI()
    chain = prompt | model | StrOutputParser()

    @app.get("/menu")
    async def menu(dish: str) -> str:
        return chain.ainvoke({"dish": dish})  # stuck

    return app
