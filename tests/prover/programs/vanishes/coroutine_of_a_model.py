async def main(model):
    reply = model.ainvoke("?")  # stuck
    return f"Summary: {reply}"
