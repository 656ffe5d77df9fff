"""A company that keeps a set: two ledgers on disk, with people, sheets in their safes and everything else that is needed."""

from __future__ import annotations

from pathlib import Path

from splitkit.ledger.chain import GENESIS, Happening, new_entry
from tests.support.ceremonies import plan_of, whole
from tests.support.custody.custodies import SET, asset, changed, event, new_names, place, sheet

PEOPLE = ("ADM", "WIT", "C1", "C2", "C3", "M1", "P1", "B1", "B2")
NAMES = ("Ada", "Ben", "Cleo", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo")
ASSETS = (
    asset("key-1", "mfa", "M1", battery=True, expires="2030-01-01", serial="AX-1", place="site-m"),
    asset("phone-1", "phone", "P1", place="site-p"),
    asset("mail", "mailbox", "B1"),
    asset("mail-2", "mailbox", "B2"),
)


def joined(*seats: str, day: str = "2026-01-10") -> list[Happening]:
    return [
        event("person.joined", day, person=seat, name=f"{name} Example", since=day)
        for seat, name in zip(PEOPLE, NAMES, strict=True)
        if not seats or seat in seats
    ]


def kept(day: str = "2026-11-23") -> list[Happening]:
    """Each custodian has brought the sheet into a safe of their own."""
    return [
        sheet("sheet.stored", number, day, person=f"C{number}", bag=bag, safe=f"safe-{number}")
        for number, bag in zip("123", bags(), strict=True)
    ]


def kept_in(set_id: str, day: str) -> list[Happening]:
    """The same for another set of three sheets."""
    return [
        sheet(
            "sheet.stored", number, day, set_id=set_id, person=f"C{number}", bag=f"BAG-{number}", safe=f"safe-{number}"
        )
        for number in "123"
    ]


def bags() -> tuple[str, ...]:
    """The bags into which the ceremony has sealed the sheets last."""
    sealed = {
        entry.data.sheet: entry.data.bag
        for entry in whole(plan_of("2of3", practice=False))
        if entry.event == "bag.sealed"
    }
    return tuple(sealed[number] for number in "123")


def written(path: Path, entries, head: str = GENESIS) -> str:
    """Write a ledger, and return its head."""
    lines = []
    for number, what in enumerate(entries, 1):
        entry = new_entry(what, number, head)
        lines.append(entry.line + b"\n")
        head = entry.hash
    path.write_bytes(b"".join(lines))
    return head


CAST = {"ADM": "Ada", "WIT": "Ben", "SCR": "Cleo", "C1": "Dora", "C2": "Emil", "C3": "Fay"}


def ceremony_of(path: Path, *, code: str = "C-0001", named: bool = True) -> str:
    """Write the ledger of a closed ceremony of a real 2of3 set, and return its head."""
    told = []
    for one in whole(plan_of("2of3", practice=False)):
        if one.event == "open":
            told.append(changed(one, ceremony=code))
        elif one.event == "roll" and named:
            told.append(changed(one, name=f"{CAST[one.data.person]} Example"))
        else:
            told.append(one)
    return written(path, told)


def opened(kind: str = "custody", ceremony: str = "C-0002", day: str = "2026-11-23") -> Happening:
    return event("open", day, format=1, ceremony=ceremony, kind=kind, practice=False, version="0.1.0")


def begun(*said: Happening, kind: str = "custody", day: str = "2026-11-23") -> list[Happening]:
    """A ledger that makes the company known, whoever else is named, and every place; then what is said."""
    told = [*joined(day=day), *said]
    others = [event("person.joined", day, person=seat, name=f"{seat} Example", since=day)
              for seat in new_names("person", told) if seat != "SCR"]  # fmt: skip
    places = [place(tag, "", "safe", day) for tag in new_names("place", told)]
    return [opened(kind, day=day), *joined(day=day), *others, *places, *said]


def office(folder: Path, *more: Happening, kind: str = "custody") -> Path:
    """Two ledgers, `c1` of the split and `c2` that goes on: a 2of3 set, three devices or mailboxes, nine people."""
    head = written(folder / "c1", whole(plan_of("2of3", practice=False)))
    written(folder / "c2", begun(*kept(), *ASSETS_OF_DAY, *more, kind=kind), head)
    return folder


ASSETS_OF_DAY = tuple(Happening(one.data, "SCR", "WIT", "2026-11-23T10:00:00Z") for one in ASSETS)

__all__ = ["SET", "event", "office", "sheet"]
