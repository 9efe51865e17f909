from fastapi import FastAPI
from langchain.chat_models import init_chat_model

app = FastAPI()


@app.get("/thread")
def in_a_thread() -> str:
    return init_chat_model("openai:gpt-4o-mini").invoke("When is high tide?").text


@app.get("/loop")
async def on_the_loop() -> str:
    return init_chat_model("openai:gpt-4o-mini").invoke("When is high tide?").text
