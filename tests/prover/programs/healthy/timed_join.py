import threading


def main():
    release = threading.Event()
    worker = threading.Thread(target=release.wait)
    worker.start()
    for _ in range(3):
        worker.join(20)
    alive = worker.is_alive()
    release.set()
    worker.join(20)
    return "done" if alive and not worker.is_alive() else alive
