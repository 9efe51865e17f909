"""The built site on a host: below its prefix, compressed, and with its own page for what is not there."""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from unstuck.pages.built import Site


@contextmanager
def served(site: Site) -> Iterator[str]:
    """Serve a site on a free port of this machine; yield the address of its start page."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = self.path.split("?")[0].removeprefix(site.prefix)
            path = site.folder / (f"{name}index.html" if name == "" or name.endswith("/") else name)
            found = self.path.startswith(site.prefix) and path.is_file()
            path = path if found else site.folder / "404.html"
            body = gzip.compress(path.read_bytes())
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", mimetypes.guess_type(path)[0] or "text/plain")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{site.prefix}"
        finally:
            server.shutdown()
