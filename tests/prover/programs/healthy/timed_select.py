import select
import socket


def main():
    ours, theirs = socket.socketpair()
    return "done" if select.select([ours], [], [], 0.3) == ([], [], []) else "?"
