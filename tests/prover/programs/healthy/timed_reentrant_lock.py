import threading


def main():
    lock = threading.RLock()
    taken = threading.Event()
    threading.Thread(target=lambda: (lock.acquire(), taken.set(), threading.Event().wait(90), lock.release())).start()
    taken.wait()
    first, second = lock.acquire(timeout=60), lock.acquire(timeout=60)
    return "done" if (first, second) == (False, True) else (first, second)
