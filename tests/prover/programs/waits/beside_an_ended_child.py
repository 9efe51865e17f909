import os
import threading


def main():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    threading.Event().wait()  # stuck
    return "done"
