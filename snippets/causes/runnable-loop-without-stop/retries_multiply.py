from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from openai import OpenAIError

prompt = ChatPromptTemplate.from_template("Shorten this headline to at most 60 characters: {headline}")
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, max_retries=2)
chain = prompt | model | StrOutputParser()


async def publish(headline: str) -> str:
    try:
        title = await chain.with_retry(stop_after_attempt=2).ainvoke({"headline": headline})
    except OpenAIError:
        return f"<h1>{headline}</h1>"
    return f"<h1>{title}</h1>"
