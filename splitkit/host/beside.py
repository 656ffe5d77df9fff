"""Work beside work: what hashes, encrypts or waits for a disk leaves the interpreter free, and most machines have two cores.

Memory is bounded, however large a file is: no more than a few megabytes are on their way at any time.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Final

_BATCH: Final = 16
"""Chunks of 64 KiB that are made, and passed on, at a time: to pass on each alone would cost as much as its work."""

_PIECE: Final = 1 << 20
"""Bytes that are hashed at a time."""

_MOST_DUE: Final = 4
"""Pieces that wait to be hashed; whoever brings more waits too."""


def ahead(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield *chunks*, of which the next are made while the last are used; whatever their making raises is raised at its place."""
    with ThreadPoolExecutor(1) as beside:
        following = beside.submit(_some, chunks)
        while batch := following.result():
            following = beside.submit(_some, chunks)
            yield from batch


def _some(chunks: Iterator[bytes]) -> list[bytes]:
    return list(islice(chunks, _BATCH))


class HashBeside:
    """A SHA-256 that is computed beside the work that brings its bytes."""

    def __init__(self) -> None:
        self._digest, self._pool = hashlib.sha256(), ThreadPoolExecutor(1)
        self._piece, self._size = list[bytes](), 0
        self._due: deque[Future[None]] = deque()

    def update(self, data: bytes) -> None:
        """Take what comes next."""
        self._piece.append(data)
        self._size += len(data)
        if self._size >= _PIECE:
            self._pass_on()

    def hexdigest(self) -> str:
        """Return the hash of all that came so far."""
        self._pass_on()
        while self._due:
            self._due.popleft().result()
        return self._digest.hexdigest()

    def _pass_on(self) -> None:
        while len(self._due) >= _MOST_DUE:
            self._due.popleft().result()
        self._due.append(self._pool.submit(self._take, self._piece))
        self._piece, self._size = [], 0

    def _take(self, piece: Iterable[bytes]) -> None:
        for data in piece:
            self._digest.update(data)
