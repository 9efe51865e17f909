import time

from langchain_core.prompts import ChatPromptTemplate
from langchain_core.rate_limiters import InMemoryRateLimiter
from langchain_openai import ChatOpenAI


class Impatient(InMemoryRateLimiter):
    def acquire(self, *, blocking: bool = True) -> bool:
        give_up = time.monotonic() + 10
        while not super().acquire(blocking=False):
            if not blocking:
                return False
            if time.monotonic() > give_up:
                raise TimeoutError("the rate limiter granted nothing for 10 seconds")
            time.sleep(self.check_every_n_seconds)
        return True


limiter = Impatient(requests_per_second=0.5, max_bucket_size=0.5)
model = ChatOpenAI(model="gpt-4o-mini", timeout=20, rate_limiter=limiter)
backup = ChatOpenAI(model="gpt-4o", timeout=20)
prompt = ChatPromptTemplate.from_template("Which wine goes with this dish? {dish}")
chain = prompt | model.with_fallbacks([backup])


def recommend(dish: str) -> str:
    return chain.invoke({"dish": dish}).text
