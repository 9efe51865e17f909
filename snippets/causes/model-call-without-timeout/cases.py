import httpx
import langchain_openai
from langchain.chat_models import init_chat_model
from langchain_anthropic import ChatAnthropic
from langchain_ollama import ChatOllama
from langchain_openai import AzureChatOpenAI, ChatOpenAI, OpenAIEmbeddings
from openai import OpenAI

settings = {"timeout": 20}

plain = ChatOpenAI(model="gpt-4o-mini")  # alarm
piped = ChatOpenAI().with_retry(stop_after_attempt=3)  # alarm
by_module = langchain_openai.ChatOpenAI(temperature=0)  # alarm
embeddings = OpenAIEmbeddings()  # alarm
chosen = init_chat_model("openai:gpt-4o-mini")  # alarm
local = ChatOllama(model="llama3.2")  # alarm
claude = ChatAnthropic(  # alarm
    model_name="claude-sonnet-4-5",
    max_retries=1,
)
switched_off = ChatOpenAI(model="gpt-4o-mini", timeout=None)  # alarm
between_tokens = ChatOpenAI(model="gpt-4o-mini", stream_chunk_timeout=15)  # alarm
on_the_client = ChatOpenAI(model="gpt-4o-mini", http_client=httpx.Client(timeout=20))  # alarm

bounded = ChatOpenAI(model="gpt-4o-mini", timeout=20)  # fine
by_alias = AzureChatOpenAI(azure_deployment="prod", request_timeout=20)  # fine
by_phase = init_chat_model("openai:gpt-4o-mini", timeout=httpx.Timeout(20, connect=3))  # fine
for_ollama = ChatOllama(model="llama3.2", client_kwargs={"timeout": 20})  # fine
from_settings = ChatOpenAI(model="gpt-4o-mini", **settings)  # fine
bound_later = ChatOpenAI(model="gpt-4o-mini").bind(timeout=20)  # fine
with_own_default = OpenAI()  # fine
mistral = init_chat_model("mistralai:mistral-large-latest")  # fine


class Tuned(ChatOpenAI):  # fine
    temperature: float = 0.0


def is_openai(model: object) -> bool:
    return isinstance(model, ChatOpenAI)  # fine
