import asyncio
import time
from urllib.request import urlopen

import requests
from langchain_core.callbacks import AsyncCallbackHandler, BaseCallbackHandler


class Row(BaseCallbackHandler):
    def on_llm_new_token(self, token, **kwargs):
        self.cursor.execute("INSERT INTO tokens VALUES (?)", (token,))  # alarm
        self.connection.commit()  # alarm


class Push(BaseCallbackHandler):
    def on_llm_new_token(self, token: str, *, chunk=None, run_id, **kwargs) -> None:
        requests.post("https://sink.example", json={"token": token}, timeout=5)  # alarm


class Typewriter(AsyncCallbackHandler):
    async def on_llm_new_token(self, token, **kwargs):
        time.sleep(0.05)  # alarm
        print(token, end="")


class Ping(AsyncCallbackHandler):
    async def on_llm_new_token(self, token, **kwargs):
        if token:
            with urlopen(f"https://sink.example/?t={token}", timeout=5) as reply:  # alarm
                reply.read()


class Trail(BaseCallbackHandler):
    def on_llm_new_token(self, token, **kwargs):
        with open("tokens.txt", "a") as trail:  # alarm
            trail.write(token)


class Broadcast(BaseCallbackHandler):
    def on_llm_new_token(self, token, **kwargs):
        self.redis.publish("tokens", token)  # alarm


class Buffer(BaseCallbackHandler):
    def on_llm_new_token(self, token, **kwargs):
        self.tokens.append(token)  # fine

    def on_llm_end(self, response, **kwargs):
        self.cursor.execute("INSERT INTO answers VALUES (?)", ("".join(self.tokens),))  # fine
        self.connection.commit()  # fine


class Queue(BaseCallbackHandler):
    def on_llm_new_token(self, token, **kwargs):
        self.queue.put_nowait(token)  # fine


class Print(BaseCallbackHandler):
    def on_llm_new_token(self, token, **kwargs):
        print(token, end="", flush=True)  # fine


class Socket(AsyncCallbackHandler):
    async def on_llm_new_token(self, token, **kwargs):
        await self.websocket.send_text(token)  # fine


class Pace(AsyncCallbackHandler):
    async def on_llm_new_token(self, token, **kwargs):
        await asyncio.sleep(0)  # fine


class Later(BaseCallbackHandler):
    def on_llm_new_token(self, token, **kwargs):
        self.pool.submit(lambda: self.cursor.execute("INSERT INTO tokens VALUES (?)", (token,)))  # fine
