import streamlit
from langchain_openai import ChatOpenAI

streamlit.title("Tides")
streamlit.write(ChatOpenAI(model="gpt-4o-mini").invoke("When is high tide?").text)
