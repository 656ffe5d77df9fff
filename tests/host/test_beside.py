"""Work beside work: in order, whole, bounded, and with every error at its place."""

from __future__ import annotations

import hashlib

import pytest

from splitkit.host import beside
from splitkit.host.beside import HashBeside, ahead


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 32, 100])
def test_chunks_come_in_their_order(count):
    chunks = [str(one).encode() for one in range(count)]
    assert list(ahead(iter(chunks))) == chunks


def test_an_error_comes_after_what_was_made_before_its_batch_and_nothing_after():
    def chunks():
        yield from [b"x"] * 20
        raise ValueError("broken")

    going = ahead(chunks())
    assert [next(going) for _ in range(16)] == [b"x"] * 16
    with pytest.raises(ValueError, match="broken"):
        next(going)


def test_no_more_is_made_than_two_batches_ahead_of_what_is_used():
    made = 0

    def chunks():
        nonlocal made
        for _ in range(1_000):
            made += 1
            yield b"x"

    going = ahead(chunks())
    next(going)
    going.close()
    assert made <= 2 * beside._BATCH


@pytest.mark.parametrize("sizes", [[], [0], [1, 2, 3], [1 << 16] * 100, [3 << 20, 1, 5 << 20]])
def test_the_hash_is_that_of_all_that_came(sizes):
    digest, known = HashBeside(), hashlib.sha256()
    for at, size in enumerate(sizes):
        data = bytes([at % 256]) * size
        digest.update(data)
        known.update(data)
        assert at % 7 or digest.hexdigest() == known.hexdigest()
    assert digest.hexdigest() == known.hexdigest()
    assert digest.hexdigest() == known.hexdigest()


def test_only_a_few_pieces_wait_to_be_hashed():
    digest = HashBeside()
    for _ in range(64):
        digest.update(bytes(1 << 20))
        assert len(digest._due) <= beside._MOST_DUE
