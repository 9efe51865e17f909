import os

from langchain.chat_models import init_chat_model

model = init_chat_model(os.environ.get("BIRD_MODEL", "ollama:llama3.2"), timeout=20)


def describe(bird: str) -> str:
    text = ""
    for chunk in model.stream(f"Describe the song of the {bird}."):  # stuck
        text += chunk.text
    return text
