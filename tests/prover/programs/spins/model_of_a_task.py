async def main(model):
    answer = "again"
    while answer != "enough":
        answer = (await model.ainvoke("?")).text  # stuck
    return "done"
