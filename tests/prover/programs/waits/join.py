import threading


def main():
    worker = threading.Thread(target=threading.Event().wait)
    worker.start()
    worker.join()  # stuck
    return "done"
