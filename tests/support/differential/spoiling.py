"""Texts, bytes and envelopes spoiled by lot."""

from __future__ import annotations

import random

import cbor2

from tests.support.builders import Made

STRANGE = ("\u0410", "\uff11", "\u202e", "\x00", "\x1b[2J", "\n", "\r", " ", "?", "-", "=", "0", "SK1:", "SK1-1/2:", "#", "\ud800", "\u0661", "\u017f", "\u0131", "\u212a")  # fmt: skip
NUMBERS = (0, 1, 2, 7, 8, 127, 128, 255, 256, 65_535, 65_536, 2**31 - 1, 2**31, 2**32 - 1)


def spoiled(data: bytes, dice: random.Random) -> bytes:
    """Bytes changed, cut out, doubled, swapped, or replaced by numbers at which programs break."""
    out = bytearray(data)
    for _ in range(dice.choice([1, 1, 2, 5, 20])):
        at, width = dice.randrange(len(out) + 1), dice.choice([1, 2, 4, 16, 200])
        match dice.randrange(6):
            case 0:
                out[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del out[at : at + width]
            case 2:
                out[at:at] = out[at : at + width]
            case 3:
                out[at : at + width] = dice.randbytes(width)
            case 4:
                number = dice.choice(NUMBERS)
                size = dice.choice([1, 2, 4])
                out[at : at + size] = (number % 256**size).to_bytes(size, dice.choice(["big", "little"]))
            case 5:
                other = dice.randrange(len(out) + 1)
                out[at : at + width], out[other : other + width] = out[other : other + width], out[at : at + width]
    return bytes(out)


def spoiled_text(text: str, dice: random.Random) -> str:
    """Letters changed, dropped, doubled, turned strange; words swapped."""
    for _ in range(dice.choice([0, 1, 1, 2, 8])):
        at = dice.randrange(len(text) + 1)
        match dice.randrange(7):
            case 0:
                text = text[:at] + dice.choice(STRANGE) + text[at:]
            case 1:
                text = text[:at] + dice.choice(STRANGE) + text[at + 1 :]
            case 2:
                text = text[:at] + text[at + dice.choice([1, 4, 40]) :]
            case 3:
                text = text[:at] + text[at : at + 20] * dice.choice([2, 3, 400]) + text[at + 20 :]
            case 4:
                text = dice.choice([str.lower, str.title, str.swapcase])(text)
            case 5:
                words = text.split(" ")
                dice.shuffle(words)
                text = " ".join(words)
            case 6:
                text = text[:at] + chr(dice.choice([dice.randrange(128), dice.randrange(0xD800)])) + text[at + 1 :]
    return text


def spoiled_tree(value: object, dice: random.Random) -> object:
    """A CBOR value with one of its parts replaced by something else."""
    if isinstance(value, dict) and value and dice.random() < 0.8:
        key = dice.choice(list(value))
        changed = {**value, key: spoiled_tree(value[key], dice)}
        return changed if dice.random() < 0.8 else {**changed, dice.randrange(30): strange_value(dice)}
    if isinstance(value, list) and value and dice.random() < 0.8:
        at = dice.randrange(len(value))
        return [*value[:at], spoiled_tree(value[at], dice), *value[at + 1 :]]
    if isinstance(value, bytes) and dice.random() < 0.7:
        return spoiled(value, dice)
    if isinstance(value, int) and dice.random() < 0.7:
        return dice.choice([value + 1, value - 1, -value, *NUMBERS])
    return strange_value(dice)


def strange_value(dice: random.Random) -> object:
    return dice.choice([None, True, 0, -1, 2**64, 1.5, float("nan"), b"", "", "\u202e", [], {}, [[1, b""]], {1: {}}, bytes(40)])  # fmt: skip


def spoiled_envelope(of: Made, dice: random.Random) -> bytes:
    """Half of them broken at a byte, half well-formed with a part that does not belong."""
    envelope = of.envelope
    if dice.random() < 0.4:
        return spoiled(envelope.raw, dice)
    header = spoiled_tree(cbor2.loads(envelope.header_bytes), dice)
    inner = cbor2.dumps(header, canonical=dice.random() < 0.9)
    fields: object = [inner, envelope.nonce, envelope.ciphertext]
    return cbor2.dumps(spoiled_tree(fields, dice) if dice.random() < 0.3 else fields, canonical=True)
