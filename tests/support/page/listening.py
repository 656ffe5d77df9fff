"""A place on this machine that hears what comes at each of its ports: `connects`, or `sends` where something was said as well."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress


class Ears:
    """Listens for each of some names at a port of its own, TCP and UDP."""

    def __init__(self, names: Iterable[str]) -> None:
        self.heard: dict[str, str] = {}
        self._listening = selectors.DefaultSelector()
        self.sinks = {name: f"http://127.0.0.1:{self._listen(name)}/" for name in names}

    def _listen(self, name: str) -> int:
        """Two sockets of one port."""
        stream = socket.create_server(("127.0.0.1", 0), backlog=16)
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind(stream.getsockname())
        for one in (stream, datagrams):
            self._listening.register(one, selectors.EVENT_READ, name)
        return int(stream.getsockname()[1])

    def listen(self, over: threading.Event) -> None:
        while not over.is_set():
            for key, _ in self._listening.select(0.05):
                self.heard.setdefault(key.data, "connects")
                if self._said(key.fileobj):
                    self.heard[key.data] = "sends"
        for key in list(self._listening.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]

    def _said(self, one: object) -> bool:
        """Whether whoever came said something; a connection may be made ahead of time, and is let go."""
        assert isinstance(one, socket.socket)
        if one.type == socket.SOCK_DGRAM:
            return bool(one.recv(2048))
        caller, _ = one.accept()
        with caller, suppress(OSError):
            caller.settimeout(0.2)
            said = caller.recv(4096)
            caller.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok")
            return bool(said)
        return False


@contextmanager
def ears(names: Iterable[str]) -> Iterator[Ears]:
    """Ears that are open for as long as this is."""
    listener, over = Ears(names), threading.Event()
    thread = threading.Thread(target=listener.listen, args=(over,), daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        over.set()
        thread.join()
