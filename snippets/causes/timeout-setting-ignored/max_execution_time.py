from langchain_classic.agents import AgentExecutor, create_tool_calling_agent
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langchain_ollama import ChatOllama


@tool
def sightings(bird: str) -> str:
    """Say where a bird was seen last."""
    return f"{bird}: at the lake"


model = ChatOllama(model="llama3.2")
prompt = ChatPromptTemplate.from_messages([("human", "{input}"), ("placeholder", "{agent_scratchpad}")])
agent = create_tool_calling_agent(model, [sightings], prompt)
executor = AgentExecutor(agent=agent, tools=[sightings], max_execution_time=20)


def identify(song: str) -> str:
    return executor.invoke({"input": f"Which bird sings like this? {song}"})["output"]  # stuck
