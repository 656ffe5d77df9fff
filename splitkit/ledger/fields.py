"""The kinds of fields that an entry of the ledger may hold.

Each kind says in words what it takes, checks a value, and reads one that was typed.  A kind refuses; it never corrects.  What
it says quotes nothing that was given.
"""

import contextlib
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any

from splitkit.errors import Remedy, UsageError
from splitkit.ledger.freetext import check_free_text
from splitkit.ledger.lookalike import latin_letters, mixed_scripts, plain_person
from splitkit.quorum.anchor import parse_fingerprint
from splitkit.quorum.policy import parse_policy

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

MAX_INTEGER = 2**53 - 1
"""What every JSON reader keeps exactly."""


@dataclass(frozen=True)
class Kind:
    """A kind of field: its *name*, what it *takes* in words, its *check*, and how it is read from typed text."""

    name: str
    takes: str
    check: Callable[[Any], None]
    read: Callable[[str], Any] = str
    """Return the value, as JSON has it, of a typed text."""
    free: bool = False
    """Whether people write it in their own words."""
    load: Callable[[Any], Any] = lambda value: value
    """Return the value that what JSON has stands for; what stands for none is returned as it is, for *check* to refuse."""
    dump: Callable[[Any], Any] = lambda value: value
    """Return what JSON has for a value."""
    thing: str = ""
    """What it names by an id: a person, a place; nothing where it names nothing that other entries speak of."""
    two: bool = False
    """Whether it names the two people, at least, without whom nothing follows from the entry."""


def _refused(takes: str) -> UsageError:
    return UsageError(f"is not {takes}", Remedy.SEE_FIELDS)


def pattern(name: str, expression: str, takes: str, thing: str = "") -> Kind:
    """Return a kind of text of one shape."""
    compiled = re.compile(expression, re.ASCII)

    def check(value: Any) -> None:
        if type(value) is not str or not compiled.fullmatch(value):
            raise _refused(takes)

    return Kind(name, takes, check, thing=thing)


def choice(*words: str) -> Kind:
    """Return a kind that is one of some words."""
    return pattern("one of", "|".join(map(re.escape, words)), "one of " + ", ".join(words))


def text(most: int, *, accounts: bool = False) -> Kind:
    """Return free text of at most *most* characters, see `freetext`; in some the number of an account may stand."""

    def check(value: Any) -> None:
        if type(value) is not str:
            raise _refused("text")
        check_free_text(value, most, accounts=accounts)

    also = ", accounts" if accounts else ""
    return Kind(f"text {most}{also}", f"words of your own, at most {most} characters", check, free=True)


def number(least: int = 0, most: int = MAX_INTEGER) -> Kind:
    """Return a kind of whole numbers."""
    takes = f"a whole number from {least}" + (f" to {most}" if most < MAX_INTEGER else "")

    def check(value: Any) -> None:
        if type(value) is not int or not least <= value <= most:
            raise _refused(takes)

    def read(typed: str) -> int:
        if not re.fullmatch(r"0|[1-9][0-9]{0,15}", typed, re.ASCII):
            raise _refused(takes)
        return int(typed)

    return Kind(f"number {least}.." + (str(most) if most < MAX_INTEGER else ""), takes, check, read)


def several(kind: Kind, most: int) -> Kind:
    """Return a list of at most *most* values of one kind; an empty one says 'none'."""
    takes = f"a list of at most {most}, each {kind.takes}"

    def check(value: Any) -> None:
        if type(value) is not tuple or len(value) > most:
            raise _refused(takes)
        for item in value:
            kind.check(item)

    def read(typed: str) -> list[Any]:
        return [kind.read(item.strip()) for item in typed.split(",")] if typed.strip() else []

    def load(value: Any) -> Any:
        return tuple(value) if type(value) is list else value

    return Kind(f"up to {most} of {kind.name}", takes, check, read, load=load, dump=list, thing=kind.thing)


def _check_flag(value: Any) -> None:
    if type(value) is not bool:
        raise _refused("yes or no")


def _read_flag(typed: str) -> bool:
    if typed not in ("yes", "no"):
        raise _refused("yes or no")
    return typed == "yes"


def _load_date(value: Any) -> Any:
    if type(value) is str and _DATE.fullmatch(value):
        with contextlib.suppress(ValueError):
            return dt.date.fromisoformat(value)
    return value


def _check_date(value: Any) -> None:
    if type(value) is not dt.date:
        spelt = type(value) is str and _DATE.fullmatch(value)
        what = "a date of the calendar" if spelt else DATE.takes
        raise UsageError(f"is not {what}", "write the year, the month and the day, such as 2026-11-29")


def _check_words(value: Any) -> None:
    """Twelve words, spelt out in lower case; a share is refused by `parse_fingerprint`."""
    if type(value) is not str or " ".join(parse_fingerprint(value).fingerprint) != value:
        raise _refused("12 words of a fingerprint, in full, in lower case, with single spaces")


ROLES = (
    "administrator",
    "witness",
    "scribe",
    "custodian",
    "mfa",
    "phone",
    "mailbox",
    "mail-admin",
    "domain-admin",
    "bill-payer",
    "reset-admin",
    "observer",
    "other",
)
"""What somebody can be in a ceremony."""

_NOBODY = frozenset({"splitkit", "nobody", *ROLES})
"""Words that stand where the name of a person does, and mean none."""

_SEATS = frozenset({"adm", "wit", "scr"})
_CODE_OF_SOMETHING = re.compile("(?=.*[0-9])[a-z0-9-]+")
"""A seat, an id or a number of the register, in small letters; a name with a number in it has several words."""


_IN_FULL = "write the name of the person in full, first and last"


def _check_person(value: Any) -> None:
    """The name of somebody is never a word by which the register calls something else; 'Wit' is a name, and WIT is a seat."""
    NAME.check(value)
    word = latin_letters(value)
    if word in _NOBODY or _CODE_OF_SOMETHING.fullmatch(word) or (word in _SEATS and not value.istitle()):
        raise UsageError(
            "is a word that means something else here: the program, a seat, a role or a code",
            _IN_FULL,
        )
    if not any(one.isalpha() for one in value):
        raise UsageError("is no name: it has no letter", _IN_FULL)
    if len(plain_person(value)) < 2 and value.isascii():
        raise UsageError("is not a name, but one letter or none", _IN_FULL)
    if scripts := mixed_scripts(value):
        raise UsageError(
            f"mixes {' and '.join(scripts)} letters, which can look the same", "type the name again, on one keyboard"
        )


def _check_policy(value: Any) -> None:
    if type(value) is not str:
        raise _refused("a policy such as 3of5")
    policy = parse_policy(value)
    if str(policy) != value:
        raise _refused("a policy as splitkit writes it, such as 3of5, or 2 of: Board 2of3, IT 3of5")
    for name in (group.name for group in policy.groups if group.name):
        check_free_text(name, 24)


def taken(kind: Kind, typed: str, what: str = "") -> Any:
    """Return the value of one typed text that stands by itself, as the answer to a question.

    Args:
        kind: What it is to be.
        typed: What was typed.
        what: What it was typed for, where no question says that, such as '--name'.

    Raises:
        UsageError: If it is not of that kind; a whole sentence, which quotes nothing.
    """
    try:
        value = kind.load(kind.read(typed))
        kind.check(value)
    except UsageError as error:
        raise UsageError(f"{what}: this {error.fact}" if what else f"this {error.fact}", error.hint) from None
    return value


FLAG = Kind("yes/no", "yes or no", _check_flag, _read_flag)
DATE = Kind("date", "a date such as 2026-11-23", _check_date, load=_load_date, dump=dt.date.isoformat)
DAY_GONE = replace(DATE, name="date gone by", takes="a date such as 2026-11-23, of that day or before")
"""A day on which something happened: it is never later than the entry that says so."""
WORDS = Kind("12 words", "the 12 words of a fingerprint", _check_words)
POLICY = Kind("policy", "a policy such as 3of5", _check_policy)
ROOM_TIME = pattern("room time", "([01][0-9]|2[0-3]):[0-5][0-9]", "a time of the clock in the room, such as 14:05")
SEAT = pattern(
    "seat",
    "[A-Z][A-Z0-9]{0,7}|[a-z][a-z0-9-]{1,31}",
    "a seat such as ADM or C1, or a person such as ada-example",
    "person",
)
"""Who somebody is: in a ceremony the seat, at the desk the person."""
ROOM_SEAT = pattern("seat of a ceremony", "[A-Z][A-Z0-9]{0,7}", "a seat of a ceremony, such as ADM or C1")
SHEET = pattern("sheet", "[A-P]?([1-9]|1[0-6])", "the number of a sheet, such as 2 or B2", "sheet")
SET = pattern("set id", "[0-9a-f]{32}", "a set id: 32 characters 0 to 9, a to f", "set")
"""A set; of a line the id of its first set."""
COMING_SET = replace(SET, thing="")
"""A set that is about to be made, or that need not be known."""
LINE_OF_SETS = replace(SET, thing="line")
"""A line of which some set is known."""
HASH = pattern("SHA-256", "[0-9a-f]{64}", "a SHA-256: 64 characters 0 to 9, a to f")
SHORT_HASH = pattern("recipient hash", "[0-9a-f]{32}", "a recipient hash: 32 characters 0 to 9, a to f")
BAG = pattern("bag", "[A-Z0-9][A-Z0-9-]{2,23}", "a bag number: 3 to 24 capital letters, digits and hyphens")
PRINTER = pattern("printer", "[A-Za-z0-9_.][A-Za-z0-9_.+-]{0,126}", "the name of a print queue")
SERIAL = pattern("serial", "[A-Za-z0-9][A-Za-z0-9./_-]{1,31}", "a serial number of 2 to 32 letters, digits and . / _ -")
_CODE = "[A-Z0-9][A-Z0-9-]{0,23}"
CODE = pattern("code", _CODE, "a code of 1 to 24 capital letters, digits and hyphens, such as C-0001")
LEDGER = pattern("ledger", _CODE, "the code of a ledger, such as C-0001", "ledger")
INTENT = pattern("intent", _CODE, "the code of an intent, such as N-0123ABCD", "intent")
ACTION = pattern("action", _CODE, "the code of an action, such as D-20261123-1", "action")
INCIDENT = pattern("incident", _CODE, "the code of an incident, such as I-20261123-1", "incident")
_TAG = "(?![0-9._-]*[0-9](?:[._-]*[0-9]){6}[0-9._-]*$)[a-z0-9][a-z0-9._-]{0,31}"
_TAG_TAKES = "of 1 to 32 small letters, digits and . _ -"
TAG = pattern("tag", _TAG, f"a tag {_TAG_TAKES}, such as root.mfa, and no number of a phone")
PLACE = pattern(
    "place", _TAG, f"the tag of a place, {_TAG_TAKES}, such as berlin-safe, and no number of a phone", "place"
)
ASSET = pattern("asset", _TAG, f"the tag of an asset, {_TAG_TAKES}, such as key-1, and no number of a phone", "asset")
ACCOUNT = pattern(
    "account", _TAG, f"the tag of an account, {_TAG_TAKES}, such as root, and no number of a phone", "account"
)
COUNTRY = pattern("country", "[A-Z]{2}", "a country as two capital letters, such as DE")
VERSION = pattern("version", "[0-9][0-9A-Za-z.+-]{0,23}", "a version such as 0.1.0")
NAME = text(48)
PERSON_NAME = Kind("name of a person", "the name of a person in full, at most 48 characters", _check_person, free=True)
LINE = text(120)
LABEL = text(120, accounts=True)
TEXT = text(400)
SEATS = several(SEAT, 40)
TWO_SEATS = replace(SEATS, two=True)
SHEETS = several(SHEET, 32)
ITEMS = several(NAME, 16)
MOST_WRONG = 40
LEFT_WRONG = pattern(
    "what was seen wrong",
    "(sheet [0-9a-f]{8} [A-P]?[0-9]{1,2}|drill [0-9a-f]{8}) [a-z]{4,7} [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z",
    "what the program saw go wrong: sheet or drill, the set, the result and the time",
)
CODES = several(CODE, 16)

# The same as types of the values: what the list of events writes.
Day = Annotated[dt.date, DATE]
DayGone = Annotated[dt.date, DAY_GONE]
FingerprintWords = Annotated[str, WORDS]
PolicyText = Annotated[str, POLICY]
RoomTime = Annotated[str, ROOM_TIME]
SeatCode = Annotated[str, SEAT]
Seats = Annotated[tuple[str, ...], SEATS]
TwoSeats = Annotated[tuple[str, ...], TWO_SEATS]
RoomSeat = Annotated[str, ROOM_SEAT]
SheetNumber = Annotated[str, SHEET]
SheetNumbers = Annotated[tuple[str, ...], SHEETS]
SetId = Annotated[str, SET]
ComingSetId = Annotated[str, COMING_SET]
LineId = Annotated[str, LINE_OF_SETS]
Sha256 = Annotated[str, HASH]
RecipientHash = Annotated[str, SHORT_HASH]
BagNumber = Annotated[str, BAG]
SerialNumber = Annotated[str, SERIAL]
PrinterName = Annotated[str, PRINTER]
ShortCode = Annotated[str, CODE]
LedgerCode = Annotated[str, LEDGER]
IntentCode = Annotated[str, INTENT]
ActionCode = Annotated[str, ACTION]
IncidentCode = Annotated[str, INCIDENT]
ShortCodes = Annotated[tuple[str, ...], CODES]
Tag = Annotated[str, TAG]
PlaceTag = Annotated[str, PLACE]
AssetTag = Annotated[str, ASSET]
AccountTag = Annotated[str, ACCOUNT]
Country = Annotated[str, COUNTRY]
ProgramVersion = Annotated[str, VERSION]
NameText = Annotated[str, NAME]
PersonName = Annotated[str, PERSON_NAME]
LineText = Annotated[str, LINE]
LabelText = Annotated[str, LABEL]
LongText = Annotated[str, TEXT]
Items = Annotated[tuple[str, ...], ITEMS]
LeftWrong = Annotated[tuple[str, ...], several(LEFT_WRONG, MOST_WRONG)]
Count = Annotated[int, number(0, 9999)]
CopyNumber = Annotated[int, number(1, 99)]
