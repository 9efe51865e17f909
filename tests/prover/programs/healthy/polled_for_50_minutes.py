import time


def main():
    until = time.monotonic() + 3000
    while time.monotonic() < until:
        time.sleep(5)
    return "done"
