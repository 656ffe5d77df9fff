"""The envelope as text: one codec, forgiving of fingers and of nothing else."""

from __future__ import annotations

import hashlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.errors import TooNewError, UnreadableError
from splitkit.quorum.textform import (
    MAX_LINES,
    BadLineError,
    EnvelopeLine,
    decode_base32,
    encode_base32,
    parse_line,
    parse_symbol,
    plain,
    printed_lines,
    symbol_text,
)
from tests.support.builders import flipped, made
from tests.support.sampling import examples

law = settings(deadline=None, database=None, max_examples=examples(120))
RAW = made("3of5").envelope.raw
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
envelopes = st.binary(min_size=1, max_size=456)


@law
@given(st.binary(max_size=600))
def test_base32_comes_back(data):
    assert decode_base32(encode_base32(data)) == data
    assert "=" not in encode_base32(data)


@law
@given(st.text(ALPHABET + "=0189abz -", max_size=24))
def test_base32_has_one_spelling(text):
    try:
        assert encode_base32(decode_base32(text)) == text
    except UnreadableError:
        assert not text or text != encode_base32(b"")


@pytest.mark.parametrize(
    "text", ["A", "AAA", "AAAAAA", "AB", "aaaa", "AAAA====", "AA A", "A1AA", "AAA8", "ÀAAA", "AA\n"]
)
def test_text_that_is_not_canonical_base32_is_refused(text):
    with pytest.raises(UnreadableError):
        decode_base32(text)


def test_the_symbol_is_the_prefix_and_base32():
    assert symbol_text(RAW) == "SK1:" + encode_base32(RAW)
    assert parse_symbol(symbol_text(RAW)) == RAW


@pytest.mark.parametrize(("text", "answer"), [("SK1:", True), ("sk1:AAAA", True), ("SK1", False), ("SK2:AAAA", False), ("", False), ("SK1-", False), ("SK1-1:", False)])  # fmt: skip
def test_only_the_prefix_makes_a_symbol(text, answer):
    assert (parse_symbol(text) is not None) is answer


@pytest.mark.parametrize("text", ["SK1-1/3:AAAA", "sk1-12/34:", "SK1H:AAAA", "sk1h:"])
def test_reserved_forms_are_refused_by_name(text):
    with pytest.raises(TooNewError, match="reserved for a newer splitkit"):
        parse_symbol(text)


def joined(lines):
    return b"".join(line.data for line in sorted(lines, key=lambda line: line.number))


@law
@given(envelopes, st.data())
def test_printed_lines_give_the_envelope_back_in_any_order(raw, data):
    printed = data.draw(st.permutations(printed_lines(raw)))
    lines = [parse_line(text) for text in printed]
    assert joined(lines) == raw
    assert {line.total for line in lines} == {len(printed)} == {-(-len(raw) // 20)}


def test_a_printed_line_looks_as_the_format_says():
    first = printed_lines(RAW)[0]
    check = encode_base32(hashlib.sha256(b"splitkit/1 line" + bytes([1, len(printed_lines(RAW))]) + RAW[:20]).digest())[
        :4
    ]
    body = encode_base32(RAW[:20])
    fours = " ".join(body[at : at + 4] for at in range(0, 32, 4))
    assert first == f"01/{len(printed_lines(RAW)):02d} {fours} {check}"


@law
@given(envelopes, st.data())
def test_case_spaces_hyphens_and_0_1_8_do_not_matter(raw, data):
    text = data.draw(st.sampled_from(printed_lines(raw)))
    number, _, body = text.partition(" ")
    look_alikes = str.maketrans({"O": "0", "I": "1", "B": "8"})
    typed = "".join(
        data.draw(st.sampled_from([c, c.lower(), c.translate(look_alikes), f" {c}", f"{c}-", f"{c}\t"])) for c in body
    )
    separator = data.draw(st.sampled_from([" ", ": ", "  ", ":", " : "]))
    assert parse_line(plain(f" {number}{separator}{typed} ")) == parse_line(text)


@pytest.mark.parametrize("number", ["7/20", "07/20", " 7 / 20 "])
def test_the_number_of_a_line_may_be_typed_freely(number):
    text = printed_lines(bytes(range(200)) * 2)[6]
    assert parse_line(plain(number + " " + text.partition(" ")[2])) == parse_line(text)


@law
@given(envelopes, st.data())
def test_a_changed_character_is_found(raw, data):
    text = data.draw(st.sampled_from(printed_lines(raw)))
    at = data.draw(st.integers(6, len(text) - 1).filter(lambda at: text[at] != " "))
    other = data.draw(st.sampled_from(ALPHABET).filter(lambda c: c != text[at]))
    with pytest.raises(BadLineError, match="the check of envelope line"):
        parse_line(text[:at] + other + text[at + 1 :])


def test_a_line_under_another_number_or_total_is_found():
    text = printed_lines(bytes(400))[3]
    body = text.partition(" ")[2]
    for head in ("05/20", "04/19", "20/04", "00/20", "04/00", "04/99", "24/24"):
        with pytest.raises(BadLineError):
            parse_line(f"{head} {body}")


@pytest.mark.parametrize("body", ["", "AAAA", "AAAAA", "A" * 3, "!!!!", "A" * 500, "é" * 36, "?" * 36])
def test_a_line_without_sound_data_is_bad_or_no_line(body):
    try:
        assert parse_line(f"01/20 {body}") is None
    except BadLineError as error:
        assert error.fact == "the check of envelope line 1 fails"


def bad_line(number, total, data):
    """A line with a sound check and yet an impossible content."""
    check = encode_base32(hashlib.sha256(b"splitkit/1 line" + bytes([number, total]) + data).digest())[:4]
    with pytest.raises(BadLineError):
        parse_line(f"{number:02d}/{total:02d} {encode_base32(data)} {check}")
    return True


def test_only_the_last_line_may_be_short_and_none_may_be_long_or_beyond_the_symbol():
    assert bad_line(1, 2, bytes(19))
    assert bad_line(1, 1, bytes(21))
    assert bad_line(2, 2, bytes(25))
    assert bad_line(1, MAX_LINES + 1, bytes(20))
    assert bad_line(3, 2, bytes(20))
    assert bad_line(0, 2, bytes(20))


@pytest.mark.parametrize(
    "text", ["", "hello", "academic zero", "1/2", "1/2 ", "/20 AAAA", "123/20 AAAA", "a/b AAAA", "٣/٢٠ AAAA", "1/2AAAA"]
)
def test_what_does_not_look_like_a_line_is_none(text):
    assert parse_line(text) is None


def test_a_line_without_spaces_is_a_line():
    (text,) = printed_lines(bytes(20))
    assert parse_line(text.replace(" ", "")) == parse_line(text)


def test_the_longest_envelope_takes_23_lines():
    assert len(printed_lines(bytes(456))) == MAX_LINES == 23


def test_lines_of_two_envelopes_differ():
    assert set(printed_lines(RAW)) & set(printed_lines(flipped(RAW, 5))) != set()
    assert parse_line(printed_lines(RAW)[0]) != parse_line(printed_lines(flipped(RAW, 5))[0])
    assert repr(RAW[:4])[2:-1] not in repr(EnvelopeLine(1, 2, RAW[:20]))


def test_illegible_characters_of_a_line_are_solved_when_one_reading_is_left():
    raw = bytes(range(60))
    for number, text in enumerate(printed_lines(raw), 1):
        spoilt = text[:6] + "?" + text[7:13] + "?" + text[14:-1] + "?"
        assert parse_line(spoilt) == EnvelopeLine(number, 3, raw[number * 20 - 20 : number * 20])


def test_a_line_with_more_illegible_characters_than_the_check_can_carry_is_refused():
    (text,) = printed_lines(bytes(20))
    with pytest.raises(BadLineError, match="fails"):
        parse_line(text[:6] + "????" + text[10:])
    with pytest.raises(BadLineError, match="fails"):
        parse_line(text[:-4] + "????")
    with pytest.raises(BadLineError, match="fails"):
        parse_line(text[:6] + "??" + text[8:-2] + "??")
    assert parse_line(text[:-3] + "???") == EnvelopeLine(1, 1, bytes(20))


def test_nothing_is_guessed_in_a_line_that_is_too_long():
    line = printed_lines(made().envelope.raw)[0]
    started = time.process_time()
    with pytest.raises(UnreadableError):
        parse_line(line[:6] + "???" + line[9:30] + "A" * 4_200 + line[30:])
    assert time.process_time() - started < 0.2
