import threading


def main():
    threading.Event().wait()  # stuck
    return "done"
