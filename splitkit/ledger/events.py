"""The closed list of events: what an entry of the ledger may say, and nothing else.

A new event is one line of the list below; the command line, `verify`, `show` and the table in docs/format.md follow from it.  An
event that was once released never changes its meaning and never loses a field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from splitkit.errors import UsageError
from splitkit.ledger.fields import (
    BAG,
    CODE,
    CODES,
    DATE,
    FLAG,
    HASH,
    ITEMS,
    LINE,
    NAME,
    POLICY,
    ROOM_TIME,
    SEAT,
    SEATS,
    SERIAL,
    SET,
    SHEET,
    SHEETS,
    SHORT_HASH,
    TAG,
    TEXT,
    VERSION,
    WORDS,
    Kind,
    choice,
    number,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = 1

KINDS = ("split", "recover", "drill", "reissue", "refresh", "rotate", "destroy", "review", "incident", "custody")
INCIDENTS = (
    "lost",
    "destroyed",
    "seal",
    "seen",
    "fire",
    "theft",
    "device",
    "leaver",
    "absent",
    "password",
    "machine",
    "alert",
)
URGENT = ("password", "machine", "alert")
"""Incidents by which the secret itself may be known, whatever the sheets say."""

ROLES = ("administrator", "witness", "scribe", "custodian", "mfa", "phone", "mailbox", "observer", "other")

_COUNT = number(0, 9999)
_RESULT = choice("pass", "fail")
_ONE_SHEET = {"set": SET, "sheet": SHEET}


@dataclass(frozen=True)
class Event:
    """One event: its name, what it *means*, the fields it needs and those it may have."""

    name: str
    means: str
    fields: Mapping[str, Kind]
    optional: Mapping[str, Kind]

    def kinds(self) -> Iterator[tuple[str, Kind, bool]]:
        """Return every field with its kind, and whether it may be left out."""
        for name, kind in self.fields.items():
            yield name, kind, False
        for name, kind in self.optional.items():
            yield name, kind, True


def _event(name: str, means: str, may: Mapping[str, Kind] | None = None, /, **fields: Kind) -> Event:
    """Shorten the list below; a field named like a word of Python has an underscore behind it there."""
    return Event(name, means, {key.rstrip("_"): kind for key, kind in fields.items()}, may or {})


_LIST = (
    # The ledger itself
    _event(
        "open",
        "a ledger begins",
        {"title": LINE},
        format=number(1, 1),
        ceremony=CODE,
        kind=choice(*KINDS),
        practice=FLAG,
        version=VERSION,
    ),
    _event("close", "the ledger is complete", {"next": DATE, "standby": DATE}, exceptions=_COUNT, people_out=SEATS, items_out=ITEMS),
    _event("reopen", "a closed ledger goes on", reason=TEXT),
    _event("torn", "an append was cut off; its bytes stand before this entry", bytes=number(0), sha256=HASH),
    _event("note", "something worth knowing", text=TEXT),
    _event("correction", "an earlier entry is wrong; this is right", seq=number(1), text=TEXT),
    _event("checkpoint", "the head was written down on paper", phase=LINE),
    _event("export", "copies of the ledger were made", {"bag": BAG}, medium=LINE),
    # People and the room
    _event("roll", "somebody is present and says who", {"name": NAME, "sheet": SHEET}, person=SEAT, role=choice(*ROLES)),
    _event("role", "somebody takes over a role", person=SEAT, role=choice(*ROLES), reason=LINE),
    _event("room.clock", "the clock in the room was read", time=ROOM_TIME, agrees=FLAG),
    _event("room.enter", "somebody comes in", person=SEAT, items_in=ITEMS),
    _event("room.exit", "somebody leaves", {"time": ROOM_TIME, "reason": LINE}, person=SEAT, items_out=ITEMS),
    _event("room.return", "somebody is back", {"time": ROOM_TIME}, person=SEAT, items_in=ITEMS),
    _event("break", "the ceremony pauses, nothing secret is open", reason=LINE, bags=CODES),
    _event("resume", "the ceremony goes on", {"remark": LINE}, bags_agree=FLAG, present=SEATS),
    _event(
        "exception",
        "something was not as the script says",
        {
            "step": CODE,
            "time": ROOM_TIME,
            "approved": SEATS,
            "people_out": SEATS,
            "left": ROOM_TIME,
            "items_out": ITEMS,
            "people_back": SEATS,
            "returned": ROOM_TIME,
            "items_in": ITEMS,
        },
        expected=TEXT,
        happened=TEXT,
        decision=TEXT,
    ),
    _event("step", "a step of the script", {"values": LINE}, step=CODE, state=choice("begun", "done", "skipped")),
    _event("debrief", "what the ceremony taught", {"change": TEXT}, went_wrong=TEXT, surprising=TEXT),
    _event("action", "somebody will do something", {"owner": NAME}, action=CODE, text=TEXT, due=DATE),
    _event("action.done", "an action is done", {"remark": LINE}, action=CODE),
    # The machine and the plan
    _event("preflight", "one check of the machine", {"detail": LINE}, check=TAG,
           verdict=choice("pass", "info", "warn", "fail", "unknown")),
    _event("preflight.done", "all checks of the machine", passed=_COUNT, warned=_COUNT, failed=_COUNT, unknown=_COUNT),
    _event("acknowledge", "a warning was read and accepted", check=TAG, reason=LINE),
    _event("override", "a failed check was overruled", check=TAG, reason=TEXT, approved=SEATS),
    _event("plan", "the plan was agreed", sha256=HASH, policy=POLICY, agreed=SEATS),
    _event("hash", "a hash was compared with the paper", what=LINE, sha256=HASH, equal=FLAG),
    _event("selftest", "the program tested itself", result=_RESULT, tests=_COUNT),
    _event("dice", "dice were mixed in; only their number is kept", rolls=number(1, 9999), person=SEAT),
    _event("wipe", "secrets were cleared from the machine", reason=choice("done", "timeout", "break", "stopped"),
           empty=FLAG),
    # Making a set
    _event(
        "set.made",
        "a set was made",
        {"label": LINE, "supersedes": SET},
        set=SET,
        fingerprint=WORDS,
        policy=POLICY,
        epoch=number(1, 2**32 - 1),
        recipient=SHORT_HASH,
        practice=FLAG,
        sheets=number(2, 32),
    ),
    _event("set.void", "the set is worthless and was destroyed", set=SET, reason=TEXT),
    _event("sheet.printed", "a sheet came out of the printer", {"printer": SERIAL}, **_ONE_SHEET, copy=number(1, 99)),
    _event("sheet.read", "a printed sheet was read by the machine",
           {"margin": number(0, 100), "person": SEAT}, **_ONE_SHEET,
           use=choice("read-back", "quorum", "drill", "inventory"), source=choice("scan", "camera", "typed"),
           result=choice("sound", "damaged", "forged", "foreign")),
    _event("sheet.void", "a printed sheet is spoilt", **_ONE_SHEET, copy=number(1, 99), reason=LINE),
    _event("sheet.shredded", "a spoilt sheet was shredded in the room", **_ONE_SHEET, copy=number(1, 99)),
    _event("bag.given", "an empty bag was shown and given out", bag=BAG, person=SEAT),
    _event("bag.sealed", "a sheet was sealed into a bag", {"replaces": BAG}, bag=BAG, **_ONE_SHEET, person=SEAT),
    _event("bag.opened", "a bag was opened", bag=BAG, **_ONE_SHEET, intact=FLAG, expected=FLAG, purpose=LINE),
    _event("receipt", "a custodian signed for a sheet", **_ONE_SHEET, person=SEAT, bag=BAG),
    _event("tally", "pages were counted", {"blank_before": _COUNT, "blank_after": _COUNT}, printed=_COUNT,
           sealed=_COUNT, shredded=_COUNT, agrees=FLAG),
    _event("lot", "who takes part was drawn by lot", among=SEATS, drawn=SEATS, method=LINE),
    _event("set.proven", "a quorum was put together and opened; nothing was shown", set=SET, sheets=SHEETS,
           use=choice("read-back", "drill", "recover")),
    # Using a set
    _event("request", "two people ask for the secret", {"case": CODE}, task=LINE, requested_by=SEATS),
    _event("unanchored", "a set is opened without a record", set=SET, reason=TEXT),
    _event("superseded", "a set that a newer one replaces is opened", set=SET, reason=TEXT),
    _event("reveal", "the secret was shown", set=SET, purpose=LINE, released_by=SEATS, seen_by=SEATS,
           seconds=number(0, 86_400), way=choice("screen", "stdout")),
    _event("signin", "somebody signed in", {"alerts": _COUNT}, password=choice("new", "old", "unchanged"),
           accepted=FLAG),
    _event("alert", "an alert arrived at somebody", receiver=SEAT, minutes=_COUNT, validated=FLAG),
    # Custody
    _event("person.joined", "somebody becomes a holder", {"title": NAME}, person=SEAT, name=NAME, since=DATE),
    _event("deputy", "somebody stands in for a holder who is away", {"remark": LINE}, person=SEAT, deputy=SEAT),
    _event("person.left", "somebody is no longer a holder", person=SEAT, until=DATE, reason=LINE),
    _event("sheet.stored", "a sheet lies in a safe", **_ONE_SHEET, person=SEAT, bag=BAG, safe=TAG),
    _event("sheet.taken", "a sheet left its safe", **_ONE_SHEET, person=SEAT, bag=BAG, safe=TAG, purpose=LINE),
    _event("sheet.seen", "a custodian looked at the sealed bag", **_ONE_SHEET, person=SEAT, bag=BAG, intact=FLAG),
    _event("sheet.handed", "a sealed sheet went to somebody else", {"bag": BAG, "reason": LINE}, **_ONE_SHEET,
           from_=SEAT, to=SEAT),
    _event("sheet.lost", "a sheet cannot be found", {"last_seen": DATE}, **_ONE_SHEET, circumstances=TEXT),
    _event("sheet.exposed", "somebody else may have read a sheet", **_ONE_SHEET, level=choice("possible", "confirmed"),
           reason=TEXT),
    _event("sheet.destroyed", "a sheet was destroyed", {"bag": BAG}, **_ONE_SHEET,
           way=choice("shredded", "burnt", "fire", "water", "other"), seen_by=SEATS),
    _event("sheet.reissued", "the same share was printed again", **_ONE_SHEET, reason=TEXT),
    _event("set.refreshed", "the same secret has new sheets", set=SET, replaces=SET, reason=TEXT),
    _event("set.rotated", "a new secret has new sheets", {"incident": CODE}, set=SET, replaces=SET, reason=TEXT),
    _event("set.retired", "the set protects nothing any more", set=SET, reason=TEXT),
    _event("file.sealed", "a file was encrypted to the quorum", {"name": LINE}, set=SET, sha256=HASH, bytes=number(0)),
    _event("file.opened", "a sealed file was opened", set=SET, sha256=HASH, purpose=LINE),
    _event("safe.opened", "a safe was opened", safe=TAG, people=SEATS, purpose=LINE),
    _event("safe.closed", "a safe was closed", safe=TAG, people=SEATS),
    _event("review", "who has access was reviewed", {"next": DATE, "changed": _COUNT}, reviewers=SEATS, confirmed=_COUNT, removed=_COUNT),
    _event("review.line", "one line of a review", {"remark": LINE}, subject=TAG, person=SEAT,
           verdict=choice("keep", "change", "remove")),
    _event("drill", "a drill was held", {"not_proven": SHEETS, "next": DATE}, set=SET, sheets=SHEETS,
           way=choice("verify", "live"), result=_RESULT),
    _event("incident.open", "something may be compromised", {"kind": choice(*INCIDENTS)}, incident=CODE, cause=TEXT),
    _event("incident.close", "an incident is over", incident=CODE, cause=TEXT, outcome=TEXT, approved=SEATS),
    _event("asset.added", "a device or mailbox is kept", {"serial": SERIAL, "battery": FLAG, "expires": DATE,
           "place": TAG}, asset=TAG, kind=choice("mfa", "phone", "mailbox", "safe", "printer", "laptop", "other"),
           person=SEAT),
    _event("asset.checked", "an asset was tried", {"expires": DATE, "remark": LINE}, asset=TAG, result=_RESULT),
    _event("asset.used", "an asset was taken out and used", asset=TAG, people=SEATS, purpose=LINE),
    _event("asset.moved", "an asset has another holder or place", {"person": SEAT, "place": TAG}, asset=TAG,
           reason=LINE),
    _event("asset.retired", "an asset is no longer in use", asset=TAG, reason=LINE),
    _event("lint.override", "a rule of custody is knowingly broken", {"until": DATE}, rule=CODE, reason=TEXT,
           approved=SEATS),
)  # fmt: skip

EVENTS: Mapping[str, Event] = {event.name: event for event in _LIST}


def check_event(name: str, data: Mapping[str, Any]) -> None:
    """Refuse an event that is not in the list, and one whose fields are not those of the list.

    Raises:
        UsageError: Which names the field, and quotes nothing.
    """
    event = find_event(name)
    known = {**event.fields, **event.optional}
    if not set(data) <= set(known):
        raise UsageError(f"'{name}' has a field that splitkit does not know", "its fields are " + ", ".join(known))
    for field in event.fields:
        if field not in data:
            raise UsageError(f"'{field}' of '{name}' is missing", f"it is {event.fields[field].takes}")
    for field, value in data.items():
        _check_field(event, field, known[field], value)


def _check_field(event: Event, field: str, kind: Kind, value: Any) -> None:
    try:
        kind.check(value)
    except UsageError as error:
        raise UsageError(f"'{field}' of '{event.name}' {_said(error)}", error.hint) from None


def _said(error: UsageError) -> str:
    """Return a refusal so that it can follow the name of a field."""
    return error.fact if error.fact.startswith(("is ", "holds ", "looks ")) else f"is refused: {error.fact}"


def find_event(name: str) -> Event:
    """Return the event of that name.

    Raises:
        UsageError: If there is none.
    """
    if name not in EVENTS:
        raise UsageError("there is no such event", "see 'splitkit ledger events' for all of them")
    return EVENTS[name]


def read_fields(name: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of an event from typed texts: lists with commas, flags as yes and no.

    Raises:
        UsageError: If the event or a field is unknown, or a text cannot be read.
    """
    event = find_event(name)
    kinds = {**event.fields, **event.optional}
    if not set(typed) <= set(kinds):
        raise UsageError(f"'{name}' has no such field", "its fields are " + ", ".join(kinds))
    fields = {}
    for field, text in typed.items():
        try:
            fields[field] = kinds[field].read(text)
        except UsageError as error:
            raise UsageError(f"'{field}' of '{name}' {_said(error)}", error.hint) from None
    check_event(name, fields)
    return fields
