import threading
from concurrent.futures import ThreadPoolExecutor


def ask(answered):
    answered.wait()  # stuck
    return "done"


def main():
    with ThreadPoolExecutor() as pool:
        return pool.submit(ask, threading.Event()).result()
