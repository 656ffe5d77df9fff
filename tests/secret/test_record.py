"""A record comes back byte for byte, has one spelling, and stays JSON for whoever decrypts it by hand."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.errors import UnreadableError, UsageError
from splitkit.secret.record import SecretRecord
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(200))
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=80)
records = st.builds(SecretRecord, texts.filter(bool), texts, texts, texts)


@law
@given(records)
def test_a_record_comes_back_exactly(record):
    assert SecretRecord.decode(record.encode()) == record


@law
@given(records)
def test_the_padded_record_is_json_of_a_multiple_of_32_bytes(record):
    data = record.encode()
    assert len(data) >= 64
    assert len(data) % 32 == 0
    assert json.loads(data) == {name: text for name, text in vars(record).items() if text}
    assert len(data) - len(data.rstrip(b" ")) < 32 or len(data) == 64


@law
@given(records, st.data())
def test_a_changed_byte_never_decodes_to_something_with_another_spelling(record, data):
    raw = bytearray(record.encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.integers(0, 255))
    try:
        decoded = SecretRecord.decode(bytes(raw))
    except UnreadableError:
        return
    assert decoded.encode() == bytes(raw)


@pytest.mark.parametrize(
    "password",
    [
        " leading",
        "trailing ",
        "   ",
        '"quoted"',
        "back\\slash\\",
        "x" * 1024,
        "😀" * 16,
        "e\u0301",
        "\u00e9",
        "\ufb01",
        "line\nbreak",
        "nul\x00nul",
        "\u2028",
        "\ufeff",
        "/",
    ],
)
def test_awkward_passwords_are_kept_as_they_are(password):
    record = SecretRecord(password, user=password, account=password, note=password)
    assert SecretRecord.decode(record.encode()) == record


def test_text_is_unescaped_utf8_with_sorted_keys_and_no_spaces():
    raw = SecretRecord("pä/ß", user="u", account="a", note="😀").encode()
    assert raw.rstrip(b" ") == '{"account":"a","note":"😀","password":"pä/ß","user":"u"}'.encode()


def test_empty_fields_are_left_out():
    assert SecretRecord("x").encode().rstrip(b" ") == b'{"password":"x"}'


@pytest.mark.parametrize(("body", "padded"), [(1, 64), (64, 64), (65, 96), (96, 96), (97, 128)])
def test_the_length_says_no_more_than_its_block(body, padded):
    overhead = len(b'{"password":""}')
    assert len(SecretRecord("x" * max(1, body - overhead)).encode()) == padded


def test_an_empty_password_is_refused():
    with pytest.raises(UsageError, match="empty"):
        SecretRecord("", user="u").encode()


@pytest.mark.parametrize("field", ["password", "user", "account", "note"])
def test_a_lone_surrogate_is_refused(field):
    values = {"password": "x"} | {field: "ab\ud800cd"}
    with pytest.raises(UsageError, match="not valid Unicode") as caught:
        SecretRecord(**values).encode()
    assert "ab" not in caught.value.fact + caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "null",
        "[]",
        '"x"',
        "{}",
        '{"user":"u"}',
        '{"password":""}',
        '{"password":1}',
        '{"password":null}',
        '{"password":["x"]}',
        '{"password":"x","user":""}',
        '{"password":"x","user":1}',
        '{"password":"x","pin":"1"}',
        '{"password":"x","password":"x"}',
        '{"password":"x","password":"y"}',
        '{"user":"u","password":"x"}',
        '{"password": "x"}',
        ' {"password":"x"}',
        '{"password":"x"}\n',
        '{"password":"\\u0078"}',
        '{"password":"\\/"}',
        '{"password":"\\ud800"}',
        '{"password":"x"}{}',
        '\ufeff{"password":"x"}',
        "{'password':'x'}",
        '{"password":"x",}',
        '{"password":NaN}',
        "[" * 60,
        '{"self":"x","password":"x"}',
    ],
)
def test_another_spelling_is_refused(text):
    with pytest.raises(UnreadableError, match="not a secret record"):
        SecretRecord.decode(text.encode().ljust(64))


@pytest.mark.parametrize("data", [b"", b"\xff" * 64, b'{"password":"\xed\xa0\x80"}'.ljust(64), b"[" * 100_000])
def test_bytes_that_are_no_record_are_refused(data):
    with pytest.raises(UnreadableError):
        SecretRecord.decode(data)


@pytest.mark.parametrize("length", [0, 16, 32, 63, 65, 96, 128])
def test_another_padding_is_refused(length):
    with pytest.raises(UnreadableError):
        SecretRecord.decode(b'{"password":"x"}'.ljust(length))


def test_padding_with_another_byte_is_refused():
    with pytest.raises(UnreadableError):
        SecretRecord.decode(b'{"password":"x"}'.ljust(64, b"\t"))


def test_a_refusal_keeps_the_secret_to_itself():
    with pytest.raises(UnreadableError) as caught:
        SecretRecord.decode(b'{"password":"hunter2!"')
    assert "hunter2!" not in caught.value.fact + caught.value.hint
    assert "hunter2!" not in repr(SecretRecord("hunter2!", "hunter2!", "hunter2!", "hunter2!"))
