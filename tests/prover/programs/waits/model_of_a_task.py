async def main(silent):
    reply = await silent.ainvoke("?")  # stuck
    return reply.text
