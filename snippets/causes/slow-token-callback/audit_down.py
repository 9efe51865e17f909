from collections import defaultdict

import requests
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("You work in a pharmacy. Advise this customer: {question}")


class Audit(BaseCallbackHandler):
    def __init__(self):
        self.tokens = defaultdict(list)

    def on_llm_new_token(self, token, *, run_id, **kwargs):
        self.tokens[run_id].append(token)

    def on_llm_end(self, response, *, run_id, **kwargs):
        self.save(run_id)

    def on_llm_error(self, error, *, run_id, **kwargs):
        self.save(run_id)

    def save(self, run_id):
        said = "".join(self.tokens.pop(run_id, []))
        requests.post("http://audit.internal/advice", json={"said": said}, timeout=5).raise_for_status()


audit = Audit()


async def advise(model: BaseChatModel, question: str):
    chain = prompt | model
    async for chunk in chain.astream({"question": question}, {"callbacks": [audit]}):
        yield chunk.text
