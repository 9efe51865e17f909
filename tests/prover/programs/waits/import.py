import threading

threading.Event().wait()  # stuck


def main():
    return "done"
