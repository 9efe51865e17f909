import threading


def work():
    while True:  # stuck
        pass


def main():
    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    return "done"
