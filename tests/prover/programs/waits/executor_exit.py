import threading
from concurrent.futures import ThreadPoolExecutor


def main():
    with ThreadPoolExecutor() as pool:  # stuck
        try:
            pool.submit(threading.Event().wait).result(timeout=5)
        except TimeoutError:
            answer = "done"
    return answer
