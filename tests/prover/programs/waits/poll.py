import time


def main():
    done = False
    while not done:
        time.sleep(0.1)  # stuck
    return "done"
