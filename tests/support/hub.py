"""A Hugging Face hub on this machine, as far as its client asks: lists files, and serves them."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path

import pytest

_PATH = re.compile(r"/(?P<api>api/models/)?(?P<repository>[^/]+/[^/]+)/(?P<what>\w+)/(?P<rest>.*)")


def keep_cache_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the hub's client keep its cache in a folder; it asks its environment at import alone."""
    constants = import_module("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder))
    return folder


def safetensors(content: bytes = b"\0" * 4) -> bytes:
    """Return a file with one tensor of bytes."""
    tensor = {"x": {"dtype": "U8", "shape": [len(content)], "data_offsets": [0, len(content)]}}
    header = json.dumps(tensor).encode()
    return len(header).to_bytes(8, "little") + header + content


@dataclass
class Hub:
    """What is on the hub, how it behaves, and what it was asked for.

    Attributes:
        files: The content of each file, by path; every repository holds the same.
        served: What is served instead of a file's content.
        breaks: Files whose connection is lost in the middle, once.
        stalls: A file that is served to its middle, and then no further.
        got: The files that were asked for, with the header Range.
        tokens: The header Authorization of each request for a repository.
    """

    files: Mapping[str, bytes]
    served: dict[str, bytes] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    breaks: set[str] = field(default_factory=set)
    stalls: str | None = None
    endpoint: str = ""
    got: list[tuple[str, str | None]] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)
    stalled: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def entry(self, path: str) -> dict[str, object]:
        content = self.files[path]
        size = self.sizes.get(path, len(content))
        entry: dict[str, object] = {"size": size, "oid": hashlib.sha1(content).hexdigest()}  # noqa: S324
        if path.endswith((".safetensors", ".bin")):
            sha256 = hashlib.sha256(content).hexdigest()
            entry["lfs"] = {"oid": sha256, "sha256": sha256, "size": size, "pointerSize": 134}
        return entry


@contextmanager
def running(hub: Hub) -> Iterator[Hub]:
    """Serve a hub on a port of this machine's own while the block runs."""

    class Handler(_Handler):
        served_hub = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    # It looks so often whether it is to end, in seconds.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield hub
    finally:
        hub.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    served_hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        hub = self.served_hub
        match = _PATH.fullmatch(self.path.split("?")[0])
        if match is None:
            self._send(404, b"")
            return
        hub.tokens.add(self.headers.get("Authorization"))
        if match["what"] == "resolve":
            revision, _, path = match["rest"].partition("/")
            self._file(revision, path)
        elif match["what"] == "tree":
            listing = [
                {"type": "file", "path": path, **hub.entry(path)} for path in sorted(hub.files)
            ]
            self._send(200, json.dumps(listing).encode())
        else:
            siblings = [
                {"rfilename": path, "blobId": entry["oid"], **entry}
                for path in sorted(hub.files)
                if (entry := hub.entry(path))
            ]
            model = {"id": match["repository"], "sha": match["rest"], "siblings": siblings}
            self._send(200, json.dumps(model).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _file(self, revision: str, path: str) -> None:
        hub = self.served_hub
        if path not in hub.files:
            self._send(404, b"")
            return
        content = hub.served.get(path, hub.files[path])
        wanted = self.headers.get("Range")
        begin = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("X-Repo-Commit", revision)
        self.send_header("ETag", f'"{hashlib.sha256(hub.files[path]).hexdigest()}"')
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(content) - begin))
        if wanted:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        if self.command == "HEAD":
            return
        hub.got.append((path, wanted))
        middle = len(content) // 2
        if path in hub.breaks:
            hub.breaks.remove(path)
            self.wfile.write(content[:middle])
            self.close_connection = True
        elif path == hub.stalls:
            self.wfile.write(content[:middle])
            self.wfile.flush()
            hub.stalled.set()
            hub.ended.wait()
        else:
            self.wfile.write(content[begin:])
