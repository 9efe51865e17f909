from langchain_classic.output_parsers import OutputFixingParser
from langchain_core.language_models import BaseChatModel
from langchain_core.output_parsers import PydanticOutputParser
from langchain_core.prompts import ChatPromptTemplate
from pydantic import BaseModel, Field


class Rating(BaseModel):
    """What a film review says of the film."""

    stars: int = Field(ge=1, le=5)


parser = PydanticOutputParser(pydantic_object=Rating)
prompt = ChatPromptTemplate.from_template("Rate this film review: {review}\n{rules}").partial(
    rules=parser.get_format_instructions()
)


def rate(critic: BaseChatModel, review: str) -> int | None:
    chain = prompt | critic | OutputFixingParser.from_llm(llm=critic, parser=parser, max_retries=2)
    return chain.invoke({"review": review}).stars  # stuck
