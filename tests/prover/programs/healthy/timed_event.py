import threading


def main():
    if not threading.Event().wait(3600):
        return "done"
