from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_template("Which shelf holds {book}?")
chain = RunnableLambda(str.title, name="tidy") | prompt | ChatOpenAI(model="gpt-4o-mini")

chain.invoke("the old man and the sea")
