from fastapi import FastAPI
from langchain_classic.chains import LLMChain
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("Answer a cyclist who rents one of our bikes: {question}")


def build_app(model: BaseChatModel) -> FastAPI:
    app = FastAPI()
    chain = LLMChain(llm=model, prompt=prompt)

    @app.get("/answer")
    async def answer(question: str) -> str:
        return chain.run(question)  # stuck

    @app.get("/health")
    async def health() -> str:
        return "ok"

    return app
