import os

from langchain_openai import ChatOpenAI
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

app = App(client=WebClient("xoxb-key", base_url=os.environ["SLACK"] + "/"))


@app.event("message")
def tide(event, say):
    say(ChatOpenAI(model="gpt-4o-mini").invoke(event["text"]).text)


SocketModeHandler(app, "xapp-key").start()
