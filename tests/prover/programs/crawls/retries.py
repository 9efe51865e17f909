import time


def ask(attempt):
    if attempt < 5:
        raise ConnectionError


def main():
    for attempt in range(6):
        try:
            ask(attempt)
        except ConnectionError:
            time.sleep(2**attempt)  # stuck
    return "done"
