import threading


def main():
    threading.Thread(target=work).start()
    return "done"


def work():
    while True:  # stuck
        pass
