"""A desk that people speak to: five people, a set in their bags, another to come, places, an account, a device, and what is open."""

from __future__ import annotations

from splitkit.custody.records.holdings import Register
from tests.support.custody.custodies import OTHER_SET, SET, changed, event, made, read_back, register_of, sheet
from tests.support.ledgers import FINGERPRINT

DAY = "2026-11-20"
NOW = "2026-11-27T08:00:00Z"
PEOPLE = {
    "ada-example": "Ada Example",
    "ben-example": "Ben Example",
    "cleo-example": "Cleo Example",
    "max-example": "Max Example",
}
PLACES = {"berlin-safe": "Berlin safe", "bonn-safe": "Bonn safe", "old-safe": "Old safe"}


def _sheets():
    for number, person in zip("123", PEOPLE, strict=False):
        yield sheet("sheet.printed", number, DAY, copy=1)
        yield sheet("bag.sealed", number, DAY, bag=f"A1000{number}", person=person)
        yield sheet("sheet.stored", number, DAY, person=person, bag=f"A1000{number}", safe="bonn-safe")


ENTRIES = [
    *(event("person.joined", DAY, person=one, name=name, since=DAY) for one, name in PEOPLE.items()),
    *(
        event("place.added", DAY, place=tag, name=name, kind="safe", site=name.split()[0])
        for tag, name in PLACES.items()
    ),
    event("account.added", DAY, account="root", name="Root 123456789012", pack="aws-root"),
    event("receiver.added", DAY, person="ben-example", account="root"),
    event("asset.added", DAY, asset="key-1", kind="mfa", person="cleo-example", working=True),
    event("role", DAY, person="max-example", role="observer", reason="an audit"),
    changed(made("2of3", SET, DAY, label="Root user"), sheets=3),
    *_sheets(),
    *(
        changed(made("2of3", new, DAY, label=label), sheets=3, line=SET, replaces=SET, epoch=epoch, kind=kind)
        for new, label, epoch, kind in (
            (OTHER_SET, "New root user", 2, "refreshed"),
            ("6" * 32, "Changed root user", 3, "rotated"),
        )
    ),
    *(what for new in (OTHER_SET, "6" * 32) for what in read_back("1", "2", "3", set_id=new, day=DAY)),
    *(
        sheet("sheet.taken", number, DAY, person=person, bag=f"A1000{number}", safe="bonn-safe", purpose="a drill")
        for number, person in zip("123", PEOPLE, strict=False)
    ),
    event(
        "reveal",
        DAY,
        set=SET,
        purpose="a sign-in",
        released_by=[*PEOPLE][:2],
        seen_by=[*PEOPLE][:1],
        seconds=9,
        way="screen",
    ),
    event("signin", DAY, password="new", accepted=True),
    event(
        "reveal",
        DAY,
        set=SET,
        purpose="another",
        released_by=[*PEOPLE][:2],
        seen_by=[*PEOPLE][:1],
        seconds=9,
        way="screen",
    ),
    event("action", DAY, action="D-1", text="buy a lamp", due="2027-01-01"),
    event("incident.open", DAY, incident="I-1", cause="a phone is lost"),
    event("intent", DAY, intent="N-1", act="recover", purpose="a drill"),
]
"""What was recorded, but for what a folder has besides: its beginning, and the ceremonies that it took up."""

TAKEN = event("ledger.taken", DAY, ledger="C-0001", head="1" * 64)


def desk() -> Register:
    """The register of all of it."""
    return register_of(*ENTRIES, TAKEN)


__all__ = ["FINGERPRINT", "SET"]
