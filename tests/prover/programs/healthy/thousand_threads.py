import threading
import time


def main():
    threads = [threading.Thread(target=time.sleep, args=[5]) for _ in range(1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return "done"
