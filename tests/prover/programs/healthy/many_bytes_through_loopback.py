import socket
import threading


def send(server):
    connection, _ = server.accept()
    with connection:
        connection.sendall(bytes(20_000_000))


def main():
    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=send, args=[server]).start()
    client = socket.create_connection(server.getsockname(), timeout=5)
    received = 0
    while chunk := client.recv(1 << 16):
        received += len(chunk)
    return "done" if received == 20_000_000 else received
