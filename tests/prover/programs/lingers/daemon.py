import threading


def main():
    threading.Thread(target=work, daemon=True).start()
    return "done"


def work():
    threading.Event().wait()  # stuck
