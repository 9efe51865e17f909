import signal
import threading


def ring(*_):
    raise TimeoutError


def main():
    signal.signal(signal.SIGALRM, ring)
    signal.alarm(20)
    try:
        threading.Event().wait()
    except TimeoutError:
        return "done"
