def main(silent):
    return silent.invoke("?").text  # stuck
