import threading


def main():
    lock = threading.Lock()
    lock.acquire()
    while not lock.acquire(timeout=600):
        lock.release()
    return "done"
