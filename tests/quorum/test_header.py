"""One header has one spelling; everything else is refused, and what is newer says so."""

from __future__ import annotations

import dataclasses

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.errors import TooNewError, UnreadableError, UsageError
from splitkit.quorum.header import Header, decode_header, decode_strictly
from splitkit.quorum.policy import Policy, SheetId, parse_policy
from tests.support import sampling
from tests.support.builders import DAY, made
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(150))
RAW = made("3of5").envelope.header_bytes
FIELDS = cbor2.loads(RAW)


def encode(value):
    return cbor2.dumps(value, canonical=True)


def with_fields(**fields):
    """The header with other fields, by number: k2=...; None takes a field away."""
    values = FIELDS | {int(name[1:]): value for name, value in fields.items()}
    return encode({key: value for key, value in values.items() if value is not None})


def refused(data):
    with pytest.raises(UnreadableError) as caught:
        decode_header(data)
    assert type(caught.value) is UnreadableError
    assert caught.value.exit_code == 3
    return True


def header_for(policy, **fields):
    commitments = {sheet: bytes([sheet.group * 16 + sheet.member]) * 8 for sheet in policy.sheet_ids()}
    facts = {
        "set_id": bytes(16),
        "practice": False,
        "created_day": DAY,
        "epoch": 1,
        "label": "",
        "recipient_hash": bytes(16),
    }
    return Header(policy=policy, commitments=commitments, **facts | fields)


@law
@given(
    st.sampled_from(["2of2", "3of5", "16of16", "2 of: A 2of3, B 1of1, C 4of4", "2 of: A 2of16, B 16of16"]),
    st.binary(min_size=16, max_size=16),
    st.booleans(),
    st.integers(0, 2**32 - 1),
    st.integers(2, 2**32 - 1),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=64).filter(lambda text: len(text.encode()) <= 64),
    st.none() | st.binary(min_size=16, max_size=16),
)
def test_every_header_comes_back(policy, set_id, practice, day, epoch, label, first_set):
    nameless = parse_policy(policy)
    nameless = Policy(nameless.group_threshold, tuple(dataclasses.replace(g, name="") for g in nameless.groups))
    header = header_for(
        nameless, set_id=set_id, practice=practice, created_day=day, epoch=epoch if first_set else 1, label=label,
        first_set=first_set,
    )  # fmt: skip
    if set_id == first_set:
        refused(header.encode())
    else:
        assert decode_header(header.encode()) == header
        assert header.line == first_set or set_id


def test_the_header_is_the_map_that_the_format_says():
    of = made("2 of: A 2of3, B 1of1, C 2of2", label="Root", epoch=7, practice=False, first_set=bytes(range(16)))
    header = of.envelope.header
    joined = [b"".join(of.dealt.shares[SheetId(g, m)].commitment(header.set_id) for m in range(n)) for g, n in enumerate((3, 1, 2))]  # fmt: skip
    assert cbor2.loads(of.envelope.header_bytes) == {
        1: 1, 2: header.set_id, 3: False, 4: DAY, 5: 7, 6: "Root", 7: header.recipient_hash, 8: 2,
        9: [[2, joined[0]], [1, joined[1]], [2, joined[2]]], 10: bytes(range(16)),
    }  # fmt: skip


def test_no_changed_byte_gives_a_header_with_another_spelling():
    raw = made("2of2", label="").envelope.header_bytes
    taken, step = 0, 5 if sampling.short else 1
    for at in range(len(raw)):
        for value in range(at % step, 256, step):
            mutant = raw[:at] + bytes([value]) + raw[at + 1 :]
            try:
                header = decode_header(mutant)
            except UnreadableError:
                continue
            taken += 1
            assert header.ignored_keys or header.encode() == mutant
    assert taken > 16 * 255 // step  # set id, hash and commitments are free; the rest is not
    assert taken < len(raw) * 200 // step


@law
@given(st.binary(max_size=200))
def test_noise_is_refused(data):
    refused(data)


@law
@given(st.integers(0, len(RAW) - 1), st.binary(max_size=8), st.integers(0, 8))
def test_cuts_and_insertions_never_give_another_spelling(at, inserted, dropped):
    mutant = RAW[:at] + inserted + RAW[at + dropped :]
    try:
        assert decode_header(mutant).encode() == mutant
    except UnreadableError:
        assert mutant != RAW


@pytest.mark.parametrize("data", [b"", RAW[:-1], RAW + b"\x00", RAW + RAW, b"\x00" + RAW])
def test_missing_and_trailing_bytes_are_refused(data):
    assert refused(data)


def respelt(old, new):
    assert RAW.count(old) == 1, "the test itself"
    return RAW.replace(old, new)


@pytest.mark.parametrize(
    "data",
    [
        b"\xbf" + RAW[1:] + b"\xff",
        b"\xb8\x09" + RAW[1:],
        respelt(b"\xa9\x01\x01", b"\xa9\x01\x18\x01"),
        respelt(b"\xa9\x01\x01", b"\xa9\x18\x01\x01"),
        respelt(b"\xa9\x01\x01", b"\xa9\x01\xf9\x3c\x00"),
        respelt(b"\xa9\x01\x01", b"\xaa\x01\x01\x01\x01"),
        respelt(b"\x04\x19\x4e\x20", b"\x04\x1a\x00\x00\x4e\x20"),
        respelt(b"\x06\x64Test", b"\x06\x7f\x64Test\xff"),
        respelt(b"\x06\x64Test", b"\x06\x78\x04Test"),
        respelt(b"\x06\x64Test", b"\x06\x64Te\xff\xfe"),
        respelt(b"\x06\x64Test", b"\x06\x64\xed\xa0\x80t"),
        respelt(b"\x03\xf5", b"\x03\xf8\x15"),
        respelt(b"\x03\xf5", b"\x03\xc1\xf5"),
    ],
    ids=["indefinite map", "long map", "long int", "long key", "float", "twice", "long day", "indefinite text",
         "long text", "bad utf-8", "surrogate", "long true", "tag"],
)  # fmt: skip
def test_another_spelling_of_the_same_header_is_refused(data):
    assert refused(data)


def test_keys_in_another_order_are_refused():
    assert refused(cbor2.dumps(dict(reversed(FIELDS.items()))))


@pytest.mark.parametrize("key", range(1, 10))
def test_every_field_but_the_last_is_required(key):
    assert refused(with_fields(**{f"k{key}": None}))


WRONG_TYPES = [None, True, 0, 1, -1, 1.5, b"", b"x" * 16, "", "x" * 16, [], {}, [1], cbor2.CBORTag(1, 1), 2**32, 2**64]


@pytest.mark.parametrize("key", range(1, 11))
@pytest.mark.parametrize("value", WRONG_TYPES, ids=repr)
def test_a_field_of_another_type_is_refused(key, value):
    allowed = {1: [1], 2: [b"x" * 16], 3: [True], 4: [0, 1], 5: [1], 6: ["", "x" * 16], 7: [b"x" * 16], 8: [1]}  # fmt: skip
    data = encode(FIELDS | {key: value})
    if any(value is good or (type(value) is type(good) and value == good) for good in allowed.get(key, [])):
        assert encode(FIELDS | {key: value}) == decode_header(data).encode()
    else:
        with pytest.raises(UnreadableError):
            decode_header(data)


@pytest.mark.parametrize(
    "fields",
    [
        {"k2": bytes(15)},
        {"k2": bytes(17)},
        {"k4": 2**32},
        {"k4": -1},
        {"k5": 0},
        {"k6": "x" * 65},
        {"k6": "é" * 33},
        {"k7": bytes(15)},
        {"k8": 0},
        {"k8": 2},
        {"k9": []},
        {"k9": [[3, bytes(40), 1]]},
        {"k9": [[3]]},
        {"k9": [3, bytes(40)]},
        {"k9": [[bytes(40), 3]]},
        {"k9": [[True, bytes(40)]]},
        {"k9": [[3, bytes(39)]]},
        {"k9": [[3, bytes(41)]]},
        {"k9": [[3, b""]]},
        {"k9": [[0, b""]]},
        {"k9": [[6, bytes(40)]]},
        {"k9": [[1, bytes(40)]]},
        {"k9": [[0, bytes(40)]]},
        {"k9": [[1, bytes(8)]]},
        {"k9": [[2, bytes(17 * 8)]]},
        {"k9": [[2, bytes(16)], [0, bytes(8)]]},
        {"k9": [[2, bytes(16)], [1, bytes(8)]]},
        {"k8": 2, "k9": [[2, bytes(88)]] * 3},
        {"k8": 17, "k9": [[1, bytes(8)]] * 17},
        {"k5": 2},
        {"k10": bytes(16)},
        {"k5": 2, "k10": bytes(15)},
        {"k5": 2, "k10": bytes(17)},
        {"k5": 2, "k10": FIELDS[2]},
        {"k5": 2, "k10": "x" * 16},
        {"k5": 2, "k10": None},
        {"k0": 1},
    ],
    ids=repr,
)
def test_a_value_out_of_its_range_is_refused(fields):
    assert refused(with_fields(**fields))


@pytest.mark.parametrize("version", [0, -1, True, "1", 1.0, b"1"])
def test_a_version_that_never_was_is_refused(version):
    assert refused(with_fields(k1=version))


@pytest.mark.parametrize(
    "fields", [{"k1": 2}, {"k1": 2**32 - 1}, {"k1": 2, "k2": 7}, *({f"k{n}": n} for n in range(11, 24))]
)
def test_what_is_newer_says_so(fields):
    with pytest.raises(TooNewError, match="newer") as caught:
        decode_header(with_fields(**fields))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("keys", [(24,), (24, 25, 255, 2**32 - 1)])
def test_keys_from_24_are_ignored_and_shown(keys):
    header = decode_header(with_fields(**{f"k{key}": [{1: "new"}, b"x", True] for key in keys}))
    assert header.ignored_keys == keys
    assert dataclasses.replace(header, ignored_keys=()) == decode_header(RAW)


def test_a_key_of_2_to_the_32_is_refused():
    assert refused(with_fields(k4294967296=1))


@pytest.mark.parametrize("key", ["a", b"a", -1, 1.0, True, None, (1,)])
def test_a_key_that_is_no_small_number_is_refused(key):
    assert refused(encode(FIELDS | {24: {key: 1}}))


@pytest.mark.parametrize("value", [1, "x", b"x", True, [], [1], {}, {"a": 1}])
def test_what_is_no_map_of_fields_is_refused(value):
    assert refused(encode(value))


def nested(depth):
    value = []
    for _ in range(depth - 1):
        value = [value]
    return encode(value)


def test_lists_may_lie_eight_deep_and_no_deeper():
    assert decode_strictly(nested(8))
    for depth in (9, 10, 100, 100_000):
        with pytest.raises(UnreadableError):
            decode_strictly(nested(depth) if depth < 500 else b"\x81" * depth + b"\x80")


@pytest.mark.parametrize(
    "value", [2**32, -1, 1.0, None, cbor2.undefined, cbor2.CBORSimpleValue(99), {1: [2**32]}, [[-1]]]
)
def test_values_beyond_the_format_are_refused(value):
    with pytest.raises(UnreadableError):
        decode_strictly(encode(value))


def test_a_length_that_promises_gigabytes_costs_nothing():
    for start in (b"\x5b", b"\x7b", b"\x9b", b"\xbb"):
        with pytest.raises(UnreadableError):
            decode_strictly(start + b"\x00\x00\x00\x7f\xff\xff\xff\xff")


def test_a_label_of_64_bytes_fits_and_one_more_does_not():
    assert decode_header(header_for(parse_policy("2of2"), label="é" * 32).encode()).label == "é" * 32
    with pytest.raises(UsageError, match="longer than 64 bytes") as caught:
        header_for(parse_policy("2of2"), label="é" * 32 + "x").encode()
    assert "é" not in caught.value.fact
