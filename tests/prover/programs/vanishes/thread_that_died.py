import threading


def save():
    raise ConnectionError("the database is away")  # stuck


def main():
    threading.Thread(target=save).start()
    return "done"
