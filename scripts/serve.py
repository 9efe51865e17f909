"""Build the site and serve it on this machine, with live reload.

An older Python must be able to read this file too; environment.py says why.
"""

import argparse
import contextlib
import os
import socket
import subprocess
import sys

import environment


def main() -> None:
    """Make the environment ready, then serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    if not 0 < port < 65536:
        parser.error(f"a port is a number from 1 to 65535, not {port}")
    require_free(port)
    environment.ensure()
    environment.say(f"Building the site; it will be on http://127.0.0.1:{port}. Ctrl-C stops it.")
    serve(port)


def require_free(port: int) -> None:
    """Stop with a clear sentence when nobody can listen on the port."""
    with socket.socket() as probe:
        if os.name != "nt":
            # As the server does: a port that was in use a moment ago is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            other = port + 1 if 1024 <= port < 65535 else 8001
            sys.exit(f"Port {port} cannot be used: {error.strerror}.\nChoose another: make serve PORT={other}")


def serve(port: int) -> None:
    """Hand over to MkDocs, which watches docs, snippets and mkdocs.yml."""
    command = [str(environment.PYTHON), "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
    command += ["--livereload", "--watch", "snippets"]
    os.chdir(str(environment.ROOT))
    if os.name != "nt":
        os.execv(command[0], command)
    # The exec of Windows would not wait.
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(subprocess.call(command))


if __name__ == "__main__":
    main()
