import socket
import threading


def echo(server):
    while True:
        connection, _ = server.accept()
        with connection:
            while byte := connection.recv(1):
                if byte == b"q":
                    return
                connection.sendall(byte)


def main():
    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=echo, args=[server]).start()
    for byte in [b"x"] * 1000 + [b"q"]:
        with socket.create_connection(server.getsockname()) as client:
            client.sendall(byte)
            client.shutdown(socket.SHUT_WR)
            while client.recv(1):
                pass
    return "done"
