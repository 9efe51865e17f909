import threading


def main():
    lock = threading.Lock()
    with lock:
        lock.acquire()  # stuck
    return "done"
