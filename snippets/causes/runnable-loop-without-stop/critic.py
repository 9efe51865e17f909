from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate

write = ChatPromptTemplate.from_template("Write a headline. {advice}\n\n{article}")
review = ChatPromptTemplate.from_template("Answer OK, or say what is wrong with this headline: {title}")


def publish(model: BaseChatModel, article: str) -> str:
    author = write | model | StrOutputParser()
    critic = review | model | StrOutputParser()
    advice = ""
    while advice != "OK":
        title = author.invoke({"article": article, "advice": advice})  # stuck
        advice = critic.invoke({"title": title})
    return f"<h1>{title}</h1>"
