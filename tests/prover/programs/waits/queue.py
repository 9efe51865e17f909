import queue


def main():
    return queue.Queue().get()  # stuck
