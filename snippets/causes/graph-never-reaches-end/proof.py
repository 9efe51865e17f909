"""The reviewer has something to say about every version."""

from langgraph.checkpoint.sqlite import SqliteSaver

from unstuck.fakes import ScriptedModel


def kitchen_model() -> ScriptedModel:
    return ScriptedModel([said for n in range(1, 50) for said in (f"Bread, version {n}.", "Add a photo.")])


def drive(program) -> str:
    with SqliteSaver.from_conn_string("recipes.db") as checkpointer:
        return program.cook(program.build_kitchen(kitchen_model(), checkpointer), "bread")


def twice(program) -> list[str]:
    with SqliteSaver.from_conn_string("recipes.db") as checkpointer:
        kitchen = program.build_kitchen(kitchen_model(), checkpointer)
        return [program.cook(kitchen, "bread"), program.cook(kitchen, "bread")]


async def asynchronous(program) -> str:
    return await program.cook(kitchen_model(), "bread")


def rounds(program) -> str:
    """Count the versions that each limit leaves time for."""
    rows = ["| `recursion_limit` | versions written | open remarks |", "|---|---|---|"]
    for limit in (6, 7, 8, 9, 10):
        model = kitchen_model()
        with SqliteSaver.from_conn_string(":memory:") as checkpointer:
            kitchen = program.build_kitchen(model, checkpointer)
            config = {"configurable": {"thread_id": "bread"}, "recursion_limit": limit}
            recipe = kitchen.invoke({"dish": "bread", "remarks": "none"}, config)
        rows.append(f"| {limit} | {model.calls.total // 2} | {recipe['remarks']} |")
    return "\n".join(rows)


def history(program) -> str:
    """Return the checkpoints of a run, oldest first."""
    with SqliteSaver.from_conn_string(":memory:") as checkpointer:
        kitchen = program.build_kitchen(kitchen_model(), checkpointer)
        program.cook(kitchen, "bread")
        states = kitchen.get_state_history({"configurable": {"thread_id": "bread"}})
        rows = [f"step {state.metadata['step']:2}  next {', '.join(state.next) or '-'}" for state in states]
    return "\n".join(reversed(rows))


CAPTURES = {"rounds.md": rounds, "history.txt": history}
