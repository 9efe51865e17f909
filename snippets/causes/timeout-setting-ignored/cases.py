import langchain_ollama
from langchain.chat_models import init_chat_model
from langchain_cohere import ChatCohere
from langchain_litellm import ChatLiteLLM
from langchain_mistralai import ChatMistralAI
from langchain_ollama import ChatOllama, OllamaEmbeddings, OllamaLLM
from langchain_openai import ChatOpenAI

BIRD_MODEL = "ollama:llama3.2"

local = ChatOllama(model="llama3.2", timeout=20)  # alarm
other_name = ChatOllama(model="llama3.2", request_timeout=20)  # alarm
by_module = langchain_ollama.ChatOllama(model="llama3.2", timeout=20)  # alarm
completion = OllamaLLM(model="llama3.2", timeout=20)  # alarm
chosen = init_chat_model("ollama:llama3.2", timeout=20)  # alarm
by_provider = init_chat_model("llama3.2", model_provider="ollama", timeout=20)  # alarm
cohere = ChatCohere(model="command-r", timeout=20)  # alarm
through_litellm = ChatLiteLLM(model="gpt-4o-mini", timeout=20)  # alarm
mistral = ChatMistralAI(model="mistral-large-latest", request_timeout=20)  # alarm
retried = ChatOllama(  # alarm
    model="llama3.2",
    timeout=20,
).with_retry()
only_async = ChatOllama(model="llama3.2", timeout=20, async_client_kwargs={"timeout": 20})  # alarm

bounded = ChatOllama(model="llama3.2", client_kwargs={"timeout": 20})  # fine
both = ChatOllama(model="llama3.2", timeout=20, client_kwargs={"timeout": 20})  # fine
none_wanted = ChatOllama(model="llama3.2", timeout=None)  # fine
hosted = ChatOpenAI(model="gpt-4o-mini", timeout=20)  # fine
hosted_by_name = init_chat_model("openai:gpt-4o-mini", timeout=20)  # fine
from_settings = init_chat_model(BIRD_MODEL, timeout=20)  # fine
refused = OllamaEmbeddings(model="llama3.2", client_kwargs={"timeout": 20})  # fine
cohere_bounded = ChatCohere(model="command-r", timeout_seconds=20)  # fine
litellm_bounded = ChatLiteLLM(model="gpt-4o-mini", request_timeout=20)  # fine
mistral_bounded = ChatMistralAI(model="mistral-large-latest", timeout=20)  # fine
