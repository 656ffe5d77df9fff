"""The 143 age vectors of C2SP: files for our kind of recipient end to end, the others as far as they concern us.

A file for another kind of recipient must end as 'no identity matches', or in the failure of its header; its payload is then
read with the file key that the vector states.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zlib
from dataclasses import dataclass

import pytest

from splitkit.errors import UnreadableError, UsageError
from splitkit.quorum.age import (
    AgeArmorError,
    AgeHeaderError,
    AgeMacError,
    AgeNoMatchError,
    AgePayloadError,
    file_key_of,
    is_armored,
    opened,
    parse_header,
    without_armor,
)
from splitkit.quorum.recipient import parse_identity
from tests.support.places import TESTS

FILES = json.loads((TESTS / "vectors" / "age.json").read_text("ascii"))["files"]
NAMES = sorted(FILES)

FAILURES = {
    "no match": AgeNoMatchError, "HMAC failure": AgeMacError, "header failure": AgeHeaderError, "armor failure": AgeArmorError,
    "payload failure": AgePayloadError,
}  # fmt: skip


@dataclass
class Vector:
    expect: str
    payload: str
    file_key: bytes
    identities: list[str]
    armored: bool
    data: bytes

    @property
    def ours(self) -> bool:
        """Whether an identity of our kind is given, and none of another kind."""
        return bool(self.identities) and all(text.upper().startswith("AGE-SECRET-KEY-PQ-") for text in self.identities)


def load(name: str) -> Vector:
    head, _, data = base64.b64decode(FILES[name]).partition(b"\n\n")
    fields = [line.split(": ", 1) for line in head.decode("utf-8").split("\n")]
    said = dict(fields)
    if said.get("compressed") == "zlib":
        data = zlib.decompress(data)
    identities = [value for key, value in fields if key == "identity"]
    return Vector(
        said["expect"],
        said.get("payload", ""),
        bytes.fromhex(said.get("file key", "")),
        identities,
        said.get("armored") == "yes",
        data,
    )


def stream_of(vector: Vector) -> io.BytesIO:
    return io.BytesIO(without_armor(vector.data) if vector.armored else vector.data)


def payload_of(stream, file_key) -> str:
    """The hash of all that comes out; chunks that were released before a failure are part of it."""
    found = hashlib.sha256()
    for chunk in opened(stream, file_key):
        found.update(chunk)
    return found.hexdigest()


def whole(vector: Vector) -> str:
    """Open a file with the identities that are given, those of another kind left aside."""
    stream = stream_of(vector)
    header = parse_header(stream)
    for text in vector.identities:
        try:
            seed = parse_identity(text)
        except UsageError:
            continue
        try:
            return payload_of(stream, file_key_of(header, seed))
        except AgeNoMatchError:
            continue
    raise AgeNoMatchError("no identity")


@pytest.mark.parametrize("name", NAMES)
def test_vector(name):
    vector = load(name)
    assert vector.expect in {*FAILURES, "success"}
    if vector.ours:
        ends_as_it_must(vector)
    else:
        foreign(vector)


def ends_as_it_must(vector: Vector) -> None:
    if vector.expect == "success":
        assert whole(vector) == vector.payload
        return
    with pytest.raises(UnreadableError) as ended:
        whole(vector)
    assert type(ended.value) is FAILURES[vector.expect]


def foreign(vector: Vector) -> None:
    """No identity of ours: the file ends there, or earlier; its payload obeys the file key that is stated."""
    with pytest.raises(UnreadableError) as ended:
        whole(vector)
    if vector.expect == "armor failure":
        assert isinstance(ended.value, AgeArmorError)
        return
    assert isinstance(ended.value, (AgeNoMatchError, AgeHeaderError))
    if isinstance(ended.value, AgeHeaderError):
        assert vector.expect == "header failure"
        return
    if vector.expect in ("success", "payload failure") and vector.file_key:
        stream = stream_of(vector)
        parse_header(stream).check(vector.file_key)
        if vector.expect == "success":
            assert payload_of(stream, vector.file_key) == vector.payload
        else:
            with pytest.raises(AgePayloadError):
                payload_of(stream, vector.file_key)
    if vector.expect == "HMAC failure" and vector.file_key:
        with pytest.raises(AgeMacError):
            parse_header(stream_of(vector)).check(vector.file_key)


def test_all_of_them_are_here_and_told_by_their_beginning():
    assert len(NAMES) == 143
    assert sum(load(name).ours for name in NAMES) >= 15
    for name in NAMES:
        vector = load(name)
        if vector.armored and vector.expect == "success":
            assert is_armored(vector.data)
        if not vector.armored:
            assert not is_armored(vector.data)
