import requests
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("You work in a pharmacy. Advise this customer: {question}")


class Audit(BaseCallbackHandler):
    def on_llm_new_token(self, token, **kwargs):
        requests.post("http://audit.internal/advice", json={"said": token}, timeout=5)


audit = Audit()


async def advise(model: BaseChatModel, question: str):
    chain = prompt | model
    reply = await chain.ainvoke({"question": question}, {"callbacks": [audit]})
    yield reply.text
