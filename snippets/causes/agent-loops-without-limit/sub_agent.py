from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool


@tool
def last_scan(parcel: str) -> str:
    """Return where a parcel was scanned last."""
    return f"Parcel {parcel}: no scan today."


def answer(model: BaseChatModel, question: str) -> str:
    tracer = create_agent(model, [last_scan])

    @tool
    def track(parcel: str) -> str:
        """Find out where a parcel is."""
        found = tracer.invoke({"messages": [("user", f"Where is parcel {parcel}?")]})  # stuck
        return found["messages"][-1].text

    clerk = create_agent(model, [track])
    result = clerk.invoke({"messages": [("user", question)]}, {"recursion_limit": 12})
    return result["messages"][-1].text
