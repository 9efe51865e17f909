from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.prompts import ChatPromptTemplate

prompt = ChatPromptTemplate.from_template("Translate this dish for the English menu: {dish}")


class KitchenModel(BaseChatModel):
    @property
    def _llm_type(self) -> str:
        return "kitchen"

    def _generate(self, messages, stop=None, run_manager=None, **kwargs) -> ChatResult:
        raise NotImplementedError

    async def _agenerate(self, messages, stop=None, run_manager=None, **kwargs) -> ChatResult:
        tokens = ["pea ", "soup"]
        for token in tokens:
            run_manager.on_llm_new_token(token)  # stuck
        return ChatResult(generations=[ChatGeneration(message=AIMessage("".join(tokens)))])


async def translate(dish: str, callbacks: list) -> str:
    reply = await (prompt | KitchenModel()).ainvoke({"dish": dish}, {"callbacks": callbacks})
    return reply.text
