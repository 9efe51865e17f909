import asyncio
import json
import logging

logger = logging.getLogger(__name__)


async def unused(chain, question):
    chain.ainvoke({"question": question})  # alarm
    return "saved"


async def written_out(chain, question):
    summary = chain.ainvoke({"question": question})  # alarm
    return f"Summary: {summary}"


async def formatted(chain, question):
    return f"Summary: {chain.ainvoke(question)}"  # alarm


async def content(chain, question):
    reply = chain.ainvoke({"question": question}).content  # alarm
    return reply


async def first(agent, question):
    return agent.ainvoke({"messages": [question]})["messages"][-1]  # alarm


async def returned(chain, question):
    return chain.ainvoke({"question": question})  # alarm


async def in_answer(chain, question):
    return {"answer": chain.ainvoke(question)}  # alarm


async def logged(chain, question):
    logger.info(chain.ainvoke(question))  # alarm


async def dumped(embeddings, text):
    return json.dumps(embeddings.aembed_query(text))  # alarm


async def handed_back(chain, question):
    reply = chain.ainvoke(question)  # alarm
    return reply


def in_a_node(retriever, state):
    documents = retriever.ainvoke(state["question"])  # alarm
    return {"context": "\n".join(document.page_content for document in documents)}


def unpacked(graph, question):
    answer, sources = graph.ainvoke(question)  # alarm
    return answer, sources


async def stream_awaited(chain, question):
    return await chain.astream(question)  # alarm


async def stream_read(chain, question):
    for chunk in chain.astream(question):  # alarm
        print(chunk)


async def awaited(chain, question):
    return await chain.ainvoke({"question": question})  # fine


async def bounded(chain, question):
    return await asyncio.wait_for(chain.ainvoke(question), timeout=20)  # fine


async def together(chain, questions):
    return await asyncio.gather(*[chain.ainvoke(question) for question in questions])  # fine


async def two(chain, question):
    first = chain.ainvoke(question)  # fine
    second = chain.ainvoke(question)  # fine
    return await asyncio.gather(first, second)


async def later(chain, question):
    reply = chain.ainvoke(question)  # fine
    if question:
        return await reply
    return None


async def in_task(group, chain, question):
    return group.create_task(chain.ainvoke(question))  # fine


async def collected(chain, questions):
    running = []
    for question in questions:
        running.append(chain.ainvoke(question))  # fine
    return await asyncio.gather(*running)


async def kept(jobs, chain, question):
    jobs[question] = chain.ainvoke(question)  # fine


def passed_on(chain, question):
    return chain.ainvoke({"question": question})  # fine


def from_script(chain, question):
    return asyncio.run(chain.ainvoke({"question": question}))  # fine


async def by_lambda(retry, chain, question):
    return await retry(lambda: chain.ainvoke(question))  # fine


def made_for_the_caller(chain, question):
    reply = chain.ainvoke(question)  # fine
    return reply


async def either_kind(chain, question):
    reply = chain.ainvoke(question)  # fine
    if hasattr(reply, "__await__"):
        reply = await reply
    return reply.content


def given_up(chain, question):
    chain.ainvoke(question).close()  # fine


async def streamed(chain, question):
    async for chunk in chain.astream(question):  # fine
        print(chunk)


async def stream_joined(chain, question):
    return "".join([chunk.text async for chunk in chain.astream(question)])  # fine


async def awaited_by_name(chain, question, answer):
    calls = {
        "chain": chain.ainvoke(question),  # fine
        "function": answer(question),
    }
    return {name: await call for name, call in calls.items()}
