import asyncio
import socket
import threading


def answer(connection):
    threading.Event().wait(2)
    connection.send(b"x")


async def main():
    ours, theirs = socket.socketpair()
    threading.Thread(target=answer, args=[theirs]).start()
    other = asyncio.create_task(asyncio.sleep(0))
    ours.recv(1)  # stuck
    await other
    return "done"
