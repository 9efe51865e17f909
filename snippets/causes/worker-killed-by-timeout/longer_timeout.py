from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

# gunicorn --config minutes.py minutes:app
bind = "127.0.0.1:8080"
workers = 2
timeout = 90

prompt = ChatPromptTemplate.from_template("Write the minutes of this council meeting: {transcript}")
chain = prompt | ChatOpenAI(model="gpt-4o-mini", timeout=60, max_retries=0)


def app(environ, start_response):
    transcript = environ["wsgi.input"].read().decode()
    reply = chain.invoke({"transcript": transcript})
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [reply.text.encode()]
