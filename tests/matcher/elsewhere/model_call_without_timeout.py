from langchain.agents import create_agent
from langchain.chat_models import init_chat_model


def main():
    bot = create_agent(init_chat_model("gpt-4o", model_provider="openai"), tools=[])
    state = bot.invoke({"messages": [{"role": "user", "content": "hello?"}]})
    return state["messages"][-1].content
