import threading


def main():
    worker = threading.Thread(target=threading.Event().wait, daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(60)  # stuck
    return "done"
