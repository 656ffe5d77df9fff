"""A custody folder in which nothing is to be done, with the sheets of its set beside it, and what may have happened since.

Its days are counted back from today: what is due on a day is due when the command line looks at it.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from splitkit.custody.folder import Settings, settings_toml
from splitkit.host import clock
from splitkit.issue.recorded import set_made
from splitkit.ledger.chain import Happening
from splitkit.ledger.events import told
from tests.support.builders import Made, made
from tests.support.custody.company import written
from tests.support.kit import page_pdf, picture

PEOPLE = {
    "ada-example": "Ada Example", "ben-example": "Ben Example", "cleo-example": "Cleo Example", "dora-example": "Dora Example",
    "emil-example": "Emil Example", "fay-example": "Fay Example", "gus-example": "Gus Example", "hana-example": "Hana Example",
    "ivo-example": "Ivo Example", "jo-example": "Jo Example", "kim-example": "Kim Example", "lou-example": "Lou Example",
}  # fmt: skip
"""Two who run the custody, three who keep sheets, six who keep devices, and one who keeps nothing."""

ADA, BEN, CLEO, DORA, EMIL, FAY, GUS, HANA, IVO, JO, KIM, LOU = PEOPLE
TWO = [ADA, BEN]
KEEPERS = {"1": CLEO, "2": DORA, "3": EMIL}
DEVICES = {"key-1": ("mfa", FAY), "key-2": ("mfa", GUS), "box-1": ("mailbox", HANA), "box-2": ("mailbox", IVO),
           "phone-1": ("phone", JO), "phone-2": ("phone", KIM)}  # fmt: skip
POLICY = "2of3"


@functools.cache
def ours() -> Made:
    """The set of the folder."""
    return made(POLICY, seed="house", label="Root")


@functools.cache
def following() -> Made:
    """The set that is made to replace it."""
    return made(POLICY, seed="next", label="Root", epoch=2, first_set=ours().envelope.header.set_id)


SET, NEXT = (one.envelope.header.set_id.hex() for one in (ours(), following()))


def ago(days: int) -> dt.date:
    return clock.day() - dt.timedelta(days=days)


def entry(event: str, days: int = 5, /, **data: object) -> Happening:
    """What was recorded some days ago, by Ada before Ben."""
    fields = {name.rstrip("_"): str(value) if isinstance(value, dt.date) else value for name, value in data.items()}
    return Happening(told(event, fields), ADA, BEN, f"{ago(days)}T10:00:00Z")


def of_sheet(event: str, number: str, days: int = 5, /, set_: str = SET, **data: object) -> Happening:
    return entry(event, days, set=set_, sheet=number, **data)


def readings(
    numbers: Sequence[str] = tuple(KEEPERS), days: int = 10, set_: str = SET, use: str = "read-back"
) -> list[Happening]:
    return [
        of_sheet("sheet.read", number, days, set_=set_, use=use, source="scan", result="sound") for number in numbers
    ]


def put_away(number: str, days: int = 10, set_: str = SET, bag: str = "BAG") -> list[Happening]:
    """A sheet goes into its bag, and into a safe of its own."""
    about = {"person": KEEPERS[number], "bag": f"{bag}-{number}"}
    return [of_sheet("bag.sealed", number, days, set_=set_, **about),
            of_sheet("sheet.stored", number, days, set_=set_, **about, safe=f"safe-{number}")]  # fmt: skip


def begun(days: int = 10) -> list[Happening]:
    """The folder, its people and its places."""
    return [
        entry("open", days, format=1, ceremony="DESK", kind="desk", practice=True, version="0.1.0"),
        *(entry("person.joined", days, person=one, name=name, since=ago(days)) for one, name in PEOPLE.items()),
        *(entry("place.added", days, place=f"safe-{n}", name=f"Safe {n}", kind="safe", site=f"Site {n}") for n in range(1, 5)),
    ]  # fmt: skip


def a_set(days: int = 10) -> list[Happening]:
    """The set, read and proven, in its safes."""
    data = set_made(ours().envelope, ours().policy, "first", origin="generated").fields()
    return [entry("set.made", days, **data), *readings(days=days), entry("set.proven", days, set=SET, sheets=[*KEEPERS], use="read-back"),
            *(one for number in KEEPERS for one in put_away(number, days))]  # fmt: skip


def to_come(kind: str, days: int = 5) -> Happening:
    """A set that is to replace the first is made."""
    origin = "generated" if kind == "rotated" else None
    return entry("set.made", days, **set_made(following().envelope, following().policy, kind, SET, origin).fields())


def replaced(kind: str, days: int = 5) -> list[Happening]:
    """It takes over, and its sheets come into their safes."""
    return [to_come(kind, days), *readings(days=days, set_=NEXT), entry(f"set.{kind}", days, set=NEXT, replaces=SET, reason="a leaver"),
            entry("set.proven", days, set=NEXT, sheets=[*KEEPERS], use="read-back"),
            *(one for number in KEEPERS for one in put_away(number, days, NEXT, "NEW"))]  # fmt: skip


def an_account(days: int = 10) -> list[Happening]:
    return [entry("account.added", days, account="production", name="Production", pack="aws-root"),
            entry("line.bound", days, line=SET, account="production"),
            entry("receiver.added", days, person=ADA, account="production"),
            entry("signin", days, password="new", accepted=True)]  # fmt: skip


def devices(*without: str, days: int = 10) -> list[Happening]:
    return [
        entry("asset.added", days, asset=tag, kind=kind, person=who, working=True)
        for tag, (kind, who) in DEVICES.items()
        if tag not in without
    ]


def sound(days: int = 10) -> list[Happening]:
    """All of it: nothing is to be done."""
    return [*begun(days), *a_set(days), *an_account(days), *devices(days=days)]


def house(at: Path, entries: Sequence[Happening], ceremony: Sequence[Happening] = ()) -> Path:
    """Write a folder whose desk has recorded some *entries*, and taken up a *ceremony* before them.

    Beside it lie the plan of its set, and the sheets of both.
    """
    home = at / "custody"
    for folder in (home, home / "ledgers"):
        folder.mkdir(mode=0o700)
    told = sorted(entries, key=lambda one: one.time)
    if ceremony:
        head = written(home / "ledgers" / "c-0001.ledger", ceremony)
        told.insert(1, replace(entry("ledger.taken", ledger="C-0001", head=head), time=told[0].time))
    written(home / "ledgers" / "desk.ledger", told)
    (home / "splitkit.toml").write_bytes(settings_toml(Settings("Example AG")))
    for file in (home / "splitkit.toml", *(home / "ledgers").iterdir()):
        file.chmod(0o600)
    (at / "plan.toml").write_text(f'policy = "{POLICY}"\nlabel = "Root"\npractice = true\n')
    for name, content in pages().items():
        (at / name).write_bytes(content)
    return home


@functools.cache
def pages() -> Mapping[str, bytes]:
    """The sheets of both sets, as pictures."""
    return {f"{name}-{number}.png": picture(page_pdf(of, number))
            for name, of in (("sheet", ours()), ("new", following())) for number in KEEPERS}  # fmt: skip
