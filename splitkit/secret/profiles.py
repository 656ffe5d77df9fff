"""Password profiles: what a target accepts, and how strong a generated password is.

The rules of `aws-root` are those AWS documents for the root user: 8 to 128 characters, at least three of the four classes
upper case, lower case, digit and symbol, symbols from the list ``! @ # $ % ^ & * ( ) < > [ ] { } | _ + - =``, and not
the account name or the e-mail address.  (AWS IAM User Guide, "Root user best practices", password.)

Generated passwords use no characters that people confuse on paper: 0 O o 1 I l | 5 S 8 B 2 Z.
"""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from splitkit.errors import UsageError

if TYPE_CHECKING:
    from splitkit.secret.entropy import Entropy

MIN_ENTROPY_BITS = 128

MIN_EXISTING_BITS = 80
"""What an existing password should be worth, at the least."""

AWS_SYMBOLS = "!@#$%^&*()<>[]{}|_+-="
"""Every symbol AWS accepts in a root password."""

AWS_CLASSES = (string.ascii_uppercase, string.ascii_lowercase, string.digits, AWS_SYMBOLS)
AWS_MIN_LENGTH, AWS_MAX_LENGTH, AWS_MIN_CLASSES = 8, 128, 3

_LOOK_ALIKES = set("0Oo1Il|5S8B2Z")
_UPPER = "".join(c for c in string.ascii_uppercase if c not in _LOOK_ALIKES)
_LOWER = "".join(c for c in string.ascii_lowercase if c not in _LOOK_ALIKES)
_DIGITS = "".join(c for c in string.digits if c not in _LOOK_ALIKES)
_SYMBOLS = "!@#$%^&*+-=_"
"""The symbols of a generated password: no brackets, which are hard to tell apart in many fonts."""


@dataclass(frozen=True)
class Profile:
    """How a password for one kind of target is made.

    A password is *length* units, each uniform over all *classes* together, and holds at least one unit of every class.
    """

    name: str
    length: int
    classes: tuple[Sequence[str], ...]
    separator: str = ""
    unit: str = "characters"

    def entropy_bits(self) -> float:
        """Return the exact entropy in bits, after the class rule, rounded down to two decimals."""
        return math.floor(math.log2(self.count()) * 100) / 100

    def count(self) -> int:
        """Return how many different passwords can come out (inclusion-exclusion over the absent classes)."""
        sizes = [len(members) for members in self.classes]
        total = 0
        for absent in range(len(sizes) + 1):
            for dropped in combinations(sizes, absent):
                total += (-1) ** absent * (sum(sizes) - sum(dropped)) ** self.length
        return total

    def generate(self, entropy: Entropy) -> str:
        """Return a fresh password, uniform over all that satisfy the class rule (by rejection)."""
        units = [unit for members in self.classes for unit in members]
        while True:
            drawn = [entropy.choice(units) for _ in range(self.length)]
            if all(any(unit in members for unit in drawn) for members in self.classes):
                return self.separator.join(drawn)


def _words() -> tuple[str, ...]:
    """The SLIP-39 list: 1,024 words, each known by its first four letters.  Imported late: most commands need none."""
    from shamir_mnemonic.wordlist import WORDLIST  # noqa: PLC0415

    return tuple(WORDLIST)


def find_profile(name: str, length: int | None = None) -> Profile:
    """Return the profile called *name*, with *length* units instead of its default.

    Raises:
        UsageError: If there is no such profile, or the length is too weak or too long for the target.
    """
    if name == "aws-root":
        profile = Profile(name, 24, (_UPPER, _LOWER, _DIGITS, _SYMBOLS))
    elif name == "generic":
        profile = Profile(name, 24, (_UPPER, _LOWER, _DIGITS))
    elif name == "words":
        profile = Profile(name, 13, (_words(),), "-", "words")
    else:
        raise UsageError("there is no such password profile", "choose aws-root, generic or words")
    if length is not None:
        profile = replace(profile, length=length)
    _check_length(profile)
    return profile


def _check_length(profile: Profile) -> None:
    if profile.length > AWS_MAX_LENGTH:
        raise UsageError(f"a password of so many {profile.unit} is too long", "use at most 128")
    if profile.length < len(profile.classes) or profile.entropy_bits() < MIN_ENTROPY_BITS:
        raise UsageError(
            f"{profile.length} {profile.unit} of profile {profile.name} are weaker than {MIN_ENTROPY_BITS} bits",
            "leave the length out, or make it longer",
        )


def check_existing(profile_name: str, password: str, account: str = "", user: str = "") -> None:
    """Check an existing password against the rules of its target.

    Raises:
        UsageError: If the target would not accept it, or it holds characters nobody can type.  Never quotes it.
    """
    if not password:
        raise UsageError("the secret is empty", "type or pipe in the password that is to be protected")
    if "\ufffd" in password:
        raise UsageError(
            "the secret holds the mark of a character that was lost on its way (U+FFFD)",
            "type it on a terminal that speaks UTF-8, or pipe in the file itself",
        )
    if any(not character.isprintable() for character in password):
        raise UsageError(
            "the secret holds a control character or one that cannot be printed",
            "a line break at its end is removed; anything else must be typeable",
        )
    if profile_name == "aws-root":
        _check_aws(password, account, user)


def doubts(profile_name: str, password: str | None = None) -> list[str]:
    """Return what speaks against a password that may be taken: one to be generated, or the existing one that is given.

    Nothing in it is quoted, and its length is not told.
    """
    if password is None:
        small = "small letters alone: AWS and others want capitals or digits too"
        return [small] if profile_name == "words" else []
    found = []
    if _bits_at_most(password) < MIN_EXISTING_BITS:
        found.append(f"the secret is worth less than {MIN_EXISTING_BITS} bits, however it was drawn: it can be guessed")
    if profile_name == "aws-root" and len(_classes_of(password)) < len(AWS_CLASSES):
        found.append("the secret has three classes of characters, and some pages of AWS ask for all four")
    return found


def _bits_at_most(password: str) -> float:
    """Return what a password is worth if each of its characters was drawn from all of the classes that it uses.

    One that says the same again and again is worth what it says once.
    """
    once = next(
        size for size in range(1, len(password) + 1) if (password[:size] * len(password))[: len(password)] == password
    )
    rest = "".join(set(password) - set(string.ascii_letters + string.digits))
    alphabet = sum(len(members) for members in _classes_of(password) if members != AWS_SYMBOLS)
    alphabet += len(string.punctuation + " ") if rest else 0
    alphabet += 0 if rest.isascii() else 1_000
    return once * math.log2(max(alphabet, 2))


def _classes_of(password: str) -> list[str]:
    return [members for members in AWS_CLASSES if any(character in members for character in password)]


def _check_aws(password: str, account: str, user: str) -> None:
    hint = "or choose the profile generic if this password is not for an AWS root user"
    if not AWS_MIN_LENGTH <= len(password) <= AWS_MAX_LENGTH:
        raise UsageError("AWS wants a root password of 8 to 128 characters", "use another password, " + hint)
    if any(character not in "".join(AWS_CLASSES) for character in password):
        raise UsageError("the password holds a character that AWS does not list", "use another password, " + hint)
    if len(_classes_of(password)) < AWS_MIN_CLASSES:
        raise UsageError("AWS wants three of: upper case, lower case, digits, symbols", "use another password, " + hint)
    if password.casefold() in {name.casefold() for name in (account, user) if name}:
        raise UsageError("the password is the account name or the user name", "AWS refuses it; use another one")
