import threading


def start():
    event = threading.Event()
    threading.Thread(target=event.wait, daemon=True).start()  # stuck
    return "done"


def main():
    return start()
