import gradio
from langchain.agents import create_agent

agent = create_agent("openai:gpt-4o-mini", tools=[])


def reply(message, history):
    return agent.invoke({"messages": message})["messages"][-1].text


gradio.ChatInterface(reply, api_name="reply").launch(server_port=8023, quiet=True)
