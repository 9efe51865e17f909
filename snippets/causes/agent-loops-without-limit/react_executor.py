from langchain_classic.agents import AgentExecutor, create_react_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import PromptTemplate
from langchain_core.tools import tool

prompt = PromptTemplate.from_template(
    "Answer with `Action:` and `Action Input:` for one of {tool_names}, or with `Final Answer:`.\n"
    "{tools}\n\nQuestion: {input}\n{agent_scratchpad}"
)


@tool
def track(parcel: str) -> str:
    """Return where a parcel is."""
    return f"Parcel {parcel} is on its way."


def answer(model: BaseChatModel, question: str) -> str:
    agent = create_react_agent(model, [track], prompt)
    executor = AgentExecutor(agent=agent, tools=[track], max_iterations=3)
    return executor.invoke({"input": question})["output"]
