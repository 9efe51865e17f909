from langchain.agents import create_agent
from langchain.agents.middleware import SummarizationMiddleware
from langchain_classic.agents import AgentExecutor


def plain(model, tools):
    return create_agent(model, tools)  # alarm


def with_prompt(model, search):
    return create_agent(model, tools=[search], system_prompt="Be brief.")  # alarm


def with_other_middleware(model, tools, summariser):
    return create_agent(model, tools, middleware=[SummarizationMiddleware(summariser)])  # alarm


def used_at_once(model, tools, question):
    reply = create_agent(model, tools).invoke({"messages": [question]})  # alarm
    return reply["messages"][-1].text


def switched_off(agent, tools):
    return AgentExecutor(agent=agent, tools=tools, max_iterations=None)  # alarm


class Desk:
    def __init__(self, model, tools):
        self.agent = create_agent(  # alarm
            model,
            tools,
            middleware=[],
        )


def without_tools(model):
    return create_agent(model)  # fine


def with_empty_tools(model):
    return create_agent(model, tools=[])  # fine


def with_given_middleware(model, tools, middleware):
    return create_agent(model, tools, middleware=middleware)  # fine


def with_more_middleware(model, tools, limits):
    return create_agent(model, tools, middleware=[SummarizationMiddleware(model), *limits])  # fine


def from_settings(settings):
    return create_agent(**settings)  # fine


def with_default(agent, tools):
    return AgentExecutor(agent=agent, tools=tools)  # fine


def timed(agent, tools):
    return AgentExecutor(agent=agent, tools=tools, max_iterations=None, max_execution_time=60)  # fine
