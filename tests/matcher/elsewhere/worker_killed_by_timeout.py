from langchain.agents import create_agent

worker_class = "sync"
timeout = 20


def app(environ, start_response):
    agent = create_agent("openai:gpt-4o", tools=[])
    out = agent.invoke({"messages": [("user", environ["wsgi.input"].read().decode())]})
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield out["messages"][-1].content.encode()
