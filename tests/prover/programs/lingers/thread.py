import threading


def main():
    threading.Thread(target=work).start()
    return "done"


def work():
    threading.Event().wait()  # stuck
