def main(model):
    for _ in range(59):
        model.invoke("?")
    return model.invoke("?").text
