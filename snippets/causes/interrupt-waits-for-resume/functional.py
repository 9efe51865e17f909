from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint
from langgraph.types import interrupt


@entrypoint(InMemorySaver())
async def pay(euros: int) -> str:
    said = interrupt(f"Pay {euros} euros back?")  # stuck
    return f"{euros} euros paid back" if said == "yes" else "refused"


async def answer(euros: int) -> str:
    receipt = ""
    async for update in pay.astream(euros, {"configurable": {"thread_id": "B7"}}, stream_mode="updates"):
        receipt = update.get("pay", receipt)
    return receipt
