from langchain_core.runnables import RunnableLambda


def main(llm):
    shout = RunnableLambda(lambda message: message.content.upper())
    for piece in (llm | shout).stream("Say it"):
        return piece
