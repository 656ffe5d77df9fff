"""All randomness of a ceremony comes from one `Entropy` object.

Without dice every draw is bytes of the operating system.  With dice, the rolls are mixed with operating system bytes into
a key, and every draw is operating system bytes XOR a keyed stream: dice can only add, they never replace.

Source: RFC 5869 (HKDF).
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Sequence
from typing import TypeVar

from splitkit.errors import UnsafeMachineError, UsageError

T = TypeVar("T")

MIN_DICE_ROLLS = 50
"""Rolls of a six-sided die: 50 carry 129 bits."""

MAX_DICE_ROLLS = 1_000
_MAX_DRAW_BYTES = 1_024


class Entropy:
    """The one source of random bytes of a ceremony.

    Args:
        os_bytes: Function from a number of bytes to that many random bytes.  `secrets.token_bytes` outside tests.
        rolls: Dice rolls as the digits 1 to 6, or an empty text for none; see `parse_rolls`.
    """

    def __init__(self, os_bytes: Callable[[int], bytes] = secrets.token_bytes, rolls: str = "") -> None:
        self._os_bytes = os_bytes
        self._counter = 0
        _check_source(os_bytes)
        self._prk = b""
        if rolls:
            self._prk = hmac.digest(b"splitkit/1 dice", os_bytes(32) + rolls.encode("ascii"), "sha256")

    def draw(self, length: int) -> bytes:
        """Return *length* fresh random bytes (1 to 1024)."""
        if not 1 <= length <= _MAX_DRAW_BYTES:
            raise ValueError("a draw is 1 to 1024 bytes")
        drawn = self._os_bytes(length)
        if len(drawn) != length:
            raise UnsafeMachineError(
                "the random source of this machine returned too few bytes", "do not use this machine for a ceremony"
            )
        if not self._prk:
            return drawn
        stream = hkdf_expand(self._prk, b"splitkit/1 draw" + self._counter.to_bytes(4, "big"), length)
        self._counter += 1
        return bytes(a ^ b for a, b in zip(drawn, stream, strict=True))

    def below(self, bound: int) -> int:
        """Return a uniform integer from 0 to *bound* - 1, by rejection (no modulo bias); *bound* is 1 to 65536."""
        if not 1 <= bound <= 1 << 16:
            raise ValueError("a bound is 1 to 65536")
        limit = (1 << 16) // bound * bound
        while True:
            value = int.from_bytes(self.draw(2), "big")
            if value < limit:
                return value % bound

    def choice(self, items: Sequence[T]) -> T:
        """Return one of *items*, each equally likely."""
        return items[self.below(len(items))]


def _check_source(os_bytes: Callable[[int], bytes]) -> None:
    """Refuse a source that is visibly dead: two equal draws of 32 bytes have a chance of 2^-256."""
    if os_bytes(32) == os_bytes(32):
        raise UnsafeMachineError(
            "the random source of this machine repeats itself", "do not use this machine for a ceremony"
        )


def check_system_source() -> None:
    """Prove that the operating system's random source is ready, without waiting for it, and does not repeat itself.

    Raises:
        UnsafeMachineError: If it is not.
    """
    if not hasattr(os, "getrandom"):
        return _check_source(secrets.token_bytes)
    try:
        return _check_source(lambda count: os.getrandom(count, os.GRND_NONBLOCK))
    except BlockingIOError:
        raise UnsafeMachineError("the random source is not ready", "wait a minute, then try again") from None


def hkdf_expand(prk: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand with SHA-256 (RFC 5869, section 2.3); *length* in bytes, at most 8160."""
    output, block = b"", b""
    for index in range(1, -(-length // hashlib.sha256().digest_size) + 1):
        block = hmac.digest(prk, block + info + bytes([index]), "sha256")
        output += block
    return output[:length]


def hkdf(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """HKDF with SHA-256 (RFC 5869): extract *key* with *salt*, expand with *info* to *length* bytes."""
    return hkdf_expand(hmac.digest(salt, key, "sha256"), info, length)


def parse_rolls(text: str) -> str:
    """Return typed dice rolls as digits, without the spaces and commas between them.

    Raises:
        UsageError: If there are too few or too many rolls, or anything but 1 to 6.  The rolls are not quoted.
    """
    rolls = parse_digits(text)
    if not MIN_DICE_ROLLS <= len(rolls) <= MAX_DICE_ROLLS:
        raise UsageError(
            f"{len(rolls)} dice rolls were given",
            f"roll one die at least {MIN_DICE_ROLLS} times (at most {MAX_DICE_ROLLS}) and type every result",
        )
    return rolls


def parse_digits(text: str) -> str:
    """Return some of the dice rolls as digits, however many they are.

    Raises:
        UsageError: If there is anything but 1 to 6 among them.  The rolls are not quoted.
    """
    rolls = "".join(text.replace(",", " ").split())
    if any(roll not in "123456" for roll in rolls):
        raise UsageError("the dice rolls hold something else than the digits 1 to 6", "type only what the dice show")
    return rolls
