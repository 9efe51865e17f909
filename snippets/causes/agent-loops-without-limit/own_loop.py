from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool


@tool
def track(parcel: str) -> str:
    """Return where a parcel is."""
    return f"Parcel {parcel} is on its way."


def answer(model: BaseChatModel, question: str) -> str:
    clerk = model.bind_tools([track])
    messages = [HumanMessage(question)]
    messages.append(clerk.invoke(messages))
    while messages[-1].tool_calls:
        messages += [track.invoke(call) for call in messages[-1].tool_calls]
        messages.append(clerk.invoke(messages))  # stuck
    return messages[-1].text
