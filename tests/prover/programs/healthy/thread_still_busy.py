import threading


def work():
    sum(range(1_000_000))


def main():
    threading.Thread(target=work, daemon=True).start()
    return "done"
