from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel


async def guide(model: BaseChatModel, question: str):
    agent = create_agent(model, system_prompt="You guide visitors through a museum.")
    question = {"messages": [("user", question)]}
    async for message, _ in agent.astream(question, stream_mode="messages"):
        yield message.text.replace("*", "")
