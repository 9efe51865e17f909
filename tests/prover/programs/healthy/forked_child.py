import os
import threading
import time


def main():
    child = os.fork()
    if child == 0:
        time.sleep(0.2)
        os._exit(threading.Event().wait(0.1))
    return "done" if os.waitpid(child, 0)[1] == 0 else "?"
