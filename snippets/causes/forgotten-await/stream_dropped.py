from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

prompt = ChatPromptTemplate.from_template("Translate this dish for the English menu: {dish}")


async def translate(model: BaseChatModel, dishes: list[str]) -> dict[str, str]:
    menu = {}

    def keep(reply) -> None:
        menu[dishes[len(menu)]] = reply.text

    chain = prompt | model | RunnableLambda(keep)
    for dish in dishes:
        chain.astream({"dish": dish})
    return menu
