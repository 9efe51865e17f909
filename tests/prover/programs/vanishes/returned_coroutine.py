async def ask(question):
    return "done"


async def main():
    return ask("?")  # stuck
