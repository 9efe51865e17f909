from langchain_core.vectorstores import InMemoryVectorStore
from langchain_openai import OpenAIEmbeddings

embeddings = OpenAIEmbeddings(timeout=20, check_embedding_ctx_length=False)
store = InMemoryVectorStore(embeddings)


async def index(dishes: list[str]) -> int:
    return len(await store.aadd_texts(dishes))  # stuck
