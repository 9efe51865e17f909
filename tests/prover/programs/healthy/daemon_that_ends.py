import threading

asked = threading.Event()


def main():
    worker = threading.Thread(target=asked.wait, daemon=True)
    worker.start()
    asked.set()
    return "done"
