"""Sealing to a set and opening by its quorum, in this process; and by another program, both ways."""

from __future__ import annotations

import base64
import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.errors import ForgedError, UsageError
from splitkit.quorum.age import (
    BEGIN,
    CHUNK,
    END,
    MAX_HEADER,
    AgeArmorError,
    AgeHeaderError,
    AgeMacError,
    AgeNoMatchError,
    AgePayloadError,
    Stanza,
    file_key_of,
    is_armored,
    opened,
    parse_header,
    parse_recipient,
    seal,
    sealed,
    without_armor,
    write_header,
)
from splitkit.quorum.opening import prove
from splitkit.quorum.policy import SheetId
from splitkit.quorum.recipient import bech32, debech32, identity_text, parse_identity, recipient_text
from tests.support.builders import made, released, seeded
from tests.support.node import node
from tests.support.sampling import examples, sampled

OF, OTHER = made("2of3", seed="sealing"), made("2of3", seed="another")
law = settings(deadline=None, max_examples=examples(60))


def quorum(of=OF, *members):
    members = members or (0, 2)
    return released(prove(of.envelope, {SheetId(0, m): (of.dealt.shares[SheetId(0, m)],) for m in members}))


def sealed_to(data: bytes, of=OF, seed: object = 1) -> bytes:
    return b"".join(seal(of.dealt.recipient, io.BytesIO(data), seeded(seed)))


def opened_by(file: bytes, by) -> bytes:
    stream = io.BytesIO(file)
    return b"".join(opened(stream, by.file_key(parse_header(stream))))


@law
@given(st.binary(max_size=300), st.integers(0, 3), st.integers(-1, 1))
def test_what_is_sealed_comes_back_from_any_quorum(data, chunks, more):
    data = (data + bytes(CHUNK))[:CHUNK] * chunks + data * (more > 0)
    file = sealed_to(data)
    assert opened_by(file, quorum(OF, 0, 1)) == opened_by(file, quorum(OF, 1, 2)) == data


def test_a_quorum_of_another_set_opens_nothing():
    with pytest.raises(AgeNoMatchError):
        opened_by(sealed_to(b"x"), quorum(OTHER))


def test_the_library_draws_what_it_draws_and_the_rest_comes_from_the_entropy():
    """The file key and the nonce are those of the source; what HPKE draws differs, so that no two files are alike."""
    one, two = sealed_to(b"x", seed=1), sealed_to(b"x", seed=1)
    assert one != two
    assert one[-(16 + 1 + 16) :] == two[-(16 + 1 + 16) :]
    assert sealed_to(b"x", seed=2)[-33:] != one[-33:]


def test_the_identity_of_a_set_can_be_handed_on():
    handed = quorum(OF).sealed_identity(OTHER.dealt.recipient, seeded(3))
    seed = parse_identity(opened_by(handed, quorum(OTHER)).decode())
    stream = io.BytesIO(sealed_to(b"an old file"))
    assert b"".join(opened(stream, file_key_of(parse_header(stream), seed))) == b"an old file"


def test_memory_does_not_grow_with_the_file():
    class Endless(io.RawIOBase):
        left = 64 * 1024 * 1024

        def read(self, size=-1):
            size = min(size, self.left)
            self.left -= size
            return bytes(size)

    tracemalloc.start()
    count = sum(len(chunk) for chunk in seal(OF.dealt.recipient, Endless(), seeded(4)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count > 64 * 1024 * 1024
    assert peak < 4 * 1024 * 1024


# --- another program --------------------------------------------------------------------------------------------------


def identity_of(of) -> str:
    return identity_text(quorum(of)._seed())


@pytest.mark.parametrize("size", sampled([0, 1, CHUNK, CHUNK + 1, 3 * CHUNK], 0, always=[CHUNK + 1], ids=str))
def test_age_encryption_opens_ours(size):
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    answer = node(
        "age.mjs", "age-encryption", {"identity": identity_of(OF), "file": base64.b64encode(sealed_to(data)).decode()}
    )
    assert base64.b64decode(answer["file"]) == data
    assert answer["recipient"] == recipient_text(OF.dealt.recipient)


@pytest.mark.parametrize(
    "text",
    sampled(["", "a letter to the quorum", "x" * 100_000], 0, always=["x" * 100_000], ids=lambda text: str(len(text))),
)
def test_ours_opens_what_age_encryption_sealed(text):
    answer = node(
        "age.mjs",
        "age-encryption",
        {"recipient": recipient_text(OF.dealt.recipient), "identity": identity_of(OF), "text": text, "keep": True},
    )
    assert opened_by(base64.b64decode(answer["sealed"]), quorum(OF)).decode() == text


# --- strictness -------------------------------------------------------------------------------------------------------


@law
@given(st.binary(max_size=3000))
def test_any_bytes_are_refused_or_are_a_header(data):
    try:
        header = parse_header(io.BytesIO(data))
    except AgeHeaderError as error:
        assert error.hint
        return
    assert header.stanzas


@law
@given(st.data())
def test_any_changed_byte_is_seen(data):
    file = bytearray(sealed_to(b"x" * 100))
    at = data.draw(st.integers(0, len(file) - 1))
    file[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((AgeHeaderError, AgeMacError, AgeNoMatchError, AgePayloadError)):
        opened_by(bytes(file), quorum())


@law
@given(
    st.lists(
        st.builds(
            Stanza,
            st.lists(
                st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=9),
                min_size=1,
                max_size=3,
            ).map(tuple),
            st.binary(max_size=200),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_header_that_was_written_is_read_again(stanzas):
    key = bytes(16)
    header = parse_header(io.BytesIO(write_header(tuple(stanzas), key)))
    assert header.stanzas == tuple(stanzas)
    header.check(key)
    with pytest.raises(AgeMacError):
        header.check(bytes(15) + b"\1")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"age-encryption.org/v1\n", b"age-encryption.org/v2\n-> x\n\n--- " + b"A" * 43 + b"\n", b"age-encryption.org/v1\n--- " + b"A" * 43 + b"\n",
        b"age-encryption.org/v1\n-> x\n\n--- " + b"A" * 42 + b"\n", b"age-encryption.org/v1\n-> x\n\nxxx\n",
        b"age-encryption.org/v1\n-> x\n" + b"A" * 65 + b"\n", b"age-encryption.org/v1\n-> " + b"x" * MAX_HEADER + b"\n",
        b"age-encryption.org/v1\n" + b"-> x\n\n" * MAX_HEADER, b"age-encryption.org/v1\n-> x  y\n\n--- " + b"A" * 43 + b"\n",
        b"age-encryption.org/v1\n-> x\n\n--- !" + b"A" * 42 + b"\n",
    ],
)  # fmt: skip
def test_what_breaks_a_rule_of_the_header_is_refused(data):
    with pytest.raises(AgeHeaderError):
        parse_header(io.BytesIO(data))


def test_a_stanza_of_our_kind_has_one_length():
    key = bytes(16)
    for stanza in (
        Stanza(("mlkem768x25519",), bytes(32)),
        Stanza(("mlkem768x25519", "AA"), bytes(32)),
        Stanza(("mlkem768x25519", "AA", "x"), bytes(32)),
    ):
        with pytest.raises(AgeHeaderError):
            quorum().file_key(parse_header(io.BytesIO(write_header((stanza,), key))))
    mixed = (Stanza(("scrypt", "x"), bytes(32)), Stanza(("other",), b""))
    with pytest.raises(AgeHeaderError):
        quorum().file_key(parse_header(io.BytesIO(write_header(mixed, key))))


@pytest.mark.parametrize("kinds", [("scrypt",), ("other", "another")])
def test_a_header_for_others_alone_is_whole_and_not_ours(kinds):
    header = write_header(tuple(Stanza((kind,), bytes(32)) for kind in kinds), bytes(16))
    with pytest.raises(AgeNoMatchError):
        quorum().file_key(parse_header(io.BytesIO(header)))


def test_a_payload_without_its_end_is_refused():
    whole = b"".join(sealed(io.BytesIO(bytes(3 * CHUNK)), bytes(16), bytes(16)))
    for cut in (0, 15, 16, 17, CHUNK, CHUNK + 32, 2 * CHUNK + 48, len(whole) - 1):
        with pytest.raises(AgePayloadError):
            list(opened(io.BytesIO(whole[:cut]), bytes(16)))
    with pytest.raises(AgePayloadError):
        list(opened(io.BytesIO(whole + b"x"), bytes(16)))


@pytest.mark.parametrize("data", [b"", b"x", BEGIN, BEGIN + b"\nAA\n", BEGIN + b"\n" + b"A" * 65 + b"\n" + END, BEGIN + b"\n\n" + END, BEGIN + b"\n!!!!\n" + END,
                                  BEGIN + b"\nAAB=\n" + END, BEGIN + b"\nAAAA\nAAAA\n" + END])  # fmt: skip
def test_what_is_no_armour_is_refused(data):
    with pytest.raises(AgeArmorError):
        without_armor(data)


def test_armour_is_taken_off():
    text = base64.b64encode(b"x" * 100)
    armored = BEGIN + b"\n" + text[:64] + b"\n" + text[64:128] + b"\n" + text[128:] + b"\n" + END + b"\n"
    assert is_armored(b"\n " + armored)
    assert without_armor(b"\n " + armored) == b"x" * 100
    assert without_armor(armored.replace(b"\n", b"\r\n")) == b"x" * 100


@law
@given(st.binary(max_size=60))
def test_bech32_comes_back(data):
    assert debech32(bech32("age1pq", data)) == ("age1pq", data)
    assert debech32(bech32("age1pq", data).upper()) == ("age1pq", data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1pq",
        "age1pq1",
        "1qqqqqqq",
        "Age1pq1qqqqqqq",
        "age1pq1qqqqqqb",
        "age1pq1" + "q" * 9,
        "x" * 5000,
        "\u00e4ge1pq1qqqqqq",
        "a 1qqqqqq7",
    ],
)
def test_what_is_no_bech32_is_refused(text):
    with pytest.raises(UsageError):
        debech32(text)


def test_recipients_and_identities_are_told_apart():
    identity, recipient = identity_of(OF), recipient_text(OF.dealt.recipient)
    assert parse_recipient(f"# a comment\n\n  {recipient}  \n") == OF.dealt.recipient
    for text in (
        "",
        "# x\n",
        f"{recipient}\n{recipient}\n",
        identity,
        bech32("age1pq", bytes(32)),
        bech32("age", bytes(1216)),
    ):
        with pytest.raises(UsageError):
            parse_recipient(text)
    for text in ("", recipient, bech32("age-secret-key-pq-", bytes(31)), bech32("age-secret-key-", bytes(32))):
        with pytest.raises(UsageError):
            parse_identity(text)
    with pytest.raises(UsageError, match="damaged"):
        list(seal(b"\xff" * 1216, io.BytesIO(b"x"), seeded(1)))


def test_shares_of_two_sets_are_no_quorum_to_open_a_file_with():
    first, second = SheetId(0, 0), SheetId(0, 1)
    with pytest.raises(ForgedError):
        prove(OF.envelope, {first: (OF.dealt.shares[first],), second: (OTHER.dealt.shares[second],)})
