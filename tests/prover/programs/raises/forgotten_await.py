async def main(model):
    reply = model.ainvoke("?")
    return reply.text  # stuck
