from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from openai import RateLimitError

prompt = ChatPromptTemplate.from_template("Translate this menu into French: {menu}")
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, max_retries=0)
chain = prompt | model


async def translate(menu: str) -> str:
    try:
        reply = await chain.ainvoke({"menu": menu})
    except RateLimitError as error:
        return f"busy, try again in {error.response.headers.get('retry-after', 60)} s"
    return reply.text
