from langchain.agents import create_agent, structured_output
from langchain.agents.middleware import SummarizationMiddleware
from langchain.agents.structured_output import ProviderStrategy, ToolStrategy


def plain(model, schema):
    return create_agent(model, response_format=ToolStrategy(schema))  # alarm


def with_tools(model, tools, schema):
    return create_agent(
        model,
        tools,
        response_format=ToolStrategy(schema, handle_errors=True),  # alarm
    )


def in_own_words(model, schema):
    return create_agent(model, response_format=ToolStrategy(schema, handle_errors="Whole numbers."))  # alarm


def named(model, schema):
    strategy = structured_output.ToolStrategy(schema=schema)  # alarm
    return create_agent(model, response_format=strategy)


def with_other_middleware(model, schema, summariser):
    middleware = [SummarizationMiddleware(summariser)]
    return middleware, create_agent(
        model,
        middleware=[SummarizationMiddleware(summariser)],
        response_format=ToolStrategy(schema),  # alarm
    )


def once(model, schema):
    return create_agent(model, response_format=ToolStrategy(schema, handle_errors=False))  # fine


def by_provider(model, schema):
    return create_agent(model, response_format=ProviderStrategy(schema))  # fine


def with_given_middleware(model, schema, middleware):
    return create_agent(model, middleware=middleware, response_format=ToolStrategy(schema))  # fine


def with_more_middleware(model, schema, limits):
    return create_agent(model, middleware=[*limits], response_format=ToolStrategy(schema))  # fine


def from_settings(settings):
    return ToolStrategy(**settings)  # fine


def without_agent(model, schema):
    return model.with_structured_output(schema)  # fine
