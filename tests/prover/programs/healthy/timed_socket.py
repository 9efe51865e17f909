import socket


def main():
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname(), timeout=30)
    try:
        client.recv(1)
    except TimeoutError:
        return "done"
