import httpx
from langchain_core.callbacks import BaseCallbackHandler


class Push(BaseCallbackHandler):
    def on_llm_new_token(self, token, *, chunk=None, **extra):
        httpx.post("http://push.internal/tokens", content=token)


def main(llm):
    return "".join(part.text for part in llm.stream("Say it", config={"callbacks": [Push()]}))
