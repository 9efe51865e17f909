from langchain_openai import ChatOpenAI


class Chat:
    def __init__(self):
        self.llm = ChatOpenAI(model="gpt-4o", streaming=True, stream_chunk_timeout=None)

    async def say(self, text):
        parts = []
        async for message in self.llm.astream([{"role": "user", "content": text}]):
            parts.append(message.content)
        return "".join(parts)


async def main():
    return await Chat().say("hello")
