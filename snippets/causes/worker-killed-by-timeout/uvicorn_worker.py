from fastapi import FastAPI
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

# gunicorn --config minutes.py minutes:app
bind = "127.0.0.1:8080"
workers = 2
worker_class = "uvicorn.workers.UvicornWorker"

prompt = ChatPromptTemplate.from_template("Write the minutes of this council meeting: {transcript}")
chain = prompt | ChatOpenAI(model="gpt-4o-mini", timeout=60, max_retries=0)
app = FastAPI()


@app.post("/")
async def minutes(transcript: str) -> str:
    reply = await chain.ainvoke({"transcript": transcript})
    return reply.text
