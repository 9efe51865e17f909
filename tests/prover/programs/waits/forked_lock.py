import os
import threading

lock = threading.Lock()


def main():
    lock.acquire()
    child = os.fork()
    if child == 0:
        lock.acquire()  # nobody is left to release it
    os.waitpid(child, 0)  # stuck
    return "done"
