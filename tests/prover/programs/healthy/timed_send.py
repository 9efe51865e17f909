import socket


def main():
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname(), timeout=30)
    try:
        client.sendall(bytes(100_000_000))
    except TimeoutError:
        return "done"
