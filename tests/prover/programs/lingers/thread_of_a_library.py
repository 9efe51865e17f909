import threading


def main():
    threading.Thread(target=threading.Event().wait).start()  # stuck
    return "done"
