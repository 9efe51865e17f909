from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("You work in a pharmacy. Advise this customer: {question}")


class BufferedAudit(BaseCallbackHandler):
    def __init__(self):
        self.tokens = []

    def on_llm_new_token(self, token, **kwargs):
        self.tokens.append(token)


audit = BufferedAudit()


async def advise(model: BaseChatModel, question: str):
    chain = prompt | model
    async for chunk in chain.astream({"question": question}, {"callbacks": [audit]}):
        yield chunk.text
