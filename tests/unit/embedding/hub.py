"""A hub on loopback: enough of the Hugging Face hub's protocol to download files, and to misbehave on demand."""

import hashlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """What is served, and how.

    Attributes:
        files: content by path under /resolve/REVISION/.
        hashes: SHA-256 told instead of the true one.
        break_after: bytes of each answer after which the connection drops; None to answer fully.
        ranges: whether a part of a file can be asked for.
        requests: method, path and Range header of what was asked.
        headers: of the last request.
    """

    repository: str
    files: dict[str, Path]
    hashes: dict[str, str] = field(default_factory=dict)
    break_after: int | None = None
    ranges: bool = True
    down: bool = False
    requests: list[tuple[str, str, str | None]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def bytes_asked_for(self) -> list[str | None]:
        """The Range header of each request for content."""
        return [asked for method, path, asked in self.requests if method == "GET" and path.startswith("/blobs/")]


class HubServer(ThreadingHTTPServer):
    """Serves a `Hub` until `stop`."""

    daemon_threads = True

    def __init__(self, hub: Hub) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.hub = hub
        self._thread = threading.Thread(target=self.serve_forever, name="hub", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(with_content=False)

    def do_GET(self) -> None:
        self._answer(with_content=True)

    def log_message(self, *_args: object) -> None:
        pass

    def _answer(self, *, with_content: bool) -> None:
        hub = cast("HubServer", self.server).hub
        hub.requests.append((self.command, self.path, self.headers["Range"]))
        hub.headers = {name.lower(): value for name, value in self.headers.items()}
        name = self.path.rpartition("/")[2]
        if hub.down:
            return self._refuse(503, "")
        if self.path.startswith(f"/{hub.repository}/resolve/"):
            if name not in hub.files:
                return self._refuse(404, "EntryNotFound")
            return self._lead_to_content(hub, name)
        if self.path.startswith("/blobs/") and name in hub.files:
            return self._give(hub, hub.files[name].read_bytes(), with_content)
        return self._refuse(404, "RepoNotFound")

    def _lead_to_content(self, hub: Hub, name: str) -> None:
        """As the hub does for large files: the headers tell what it is, the content is on another host."""
        content = hub.files[name].read_bytes()
        self.send_response(302)
        self.send_header("Location", f"http://localhost:{self.server.server_port}/blobs/{name}")  # type: ignore[attr-defined]
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("X-Linked-Size", str(len(content)))
        self.send_header("X-Linked-Etag", f'"{hub.hashes.get(name, hashlib.sha256(content).hexdigest())}"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _give(self, hub: Hub, content: bytes, with_content: bool) -> None:
        first = 0
        asked = self.headers["Range"]
        if asked and hub.ranges:
            first = int(asked.removeprefix("bytes=").partition("-")[0])
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - first))
        self.end_headers()
        if with_content:
            end = None if hub.break_after is None else first + hub.break_after
            self.wfile.write(content[first:end])
            if end is not None and end < len(content):
                self.close_connection = True

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()
