import requests
from langchain.agents import create_agent
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel


class Audit(BaseCallbackHandler):
    def on_llm_new_token(self, token, **kwargs):
        requests.post("http://audit.internal/advice", json={"said": token}, timeout=5)  # stuck


audit = Audit()


async def advise(model: BaseChatModel, question: str):
    agent = create_agent(model, system_prompt="You work in a pharmacy. Advise your customer.")
    asked = {"messages": [("user", question)]}
    async for chunk, _ in agent.astream(asked, {"callbacks": [audit]}, stream_mode="messages"):
        yield chunk.text
