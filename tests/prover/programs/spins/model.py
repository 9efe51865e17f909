def main(model):
    answer = "again"
    while answer != "enough":
        answer = model.invoke("?").text  # stuck
    return "done"
