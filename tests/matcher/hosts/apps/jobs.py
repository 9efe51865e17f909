from celery import Celery
from langchain_openai import ChatOpenAI

app = Celery(broker="filesystem://")
app.conf.broker_transport_options = {"data_folder_in": "queue", "data_folder_out": "queue", "control_folder": "queue"}


@app.task
def tide():
    return ChatOpenAI(model="gpt-4o-mini").invoke("When is high tide?").text
