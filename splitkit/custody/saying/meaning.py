"""Which event the first word of a sentence means: by its name, or by a short one."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType

from splitkit.errors import Remedy, UsageError
from splitkit.ledger.events import EVENTS
from splitkit.ledger.schema import Event

_HASH = "0123456789abcdef" * 4

USUAL: Mapping[str, str] = MappingProxyType(
    {
        "account": "account.added",
        "asset": "asset.added",
        "bound": "line.bound",
        "incident": "incident.open",
        "left": "person.left",
        "place": "place.added",
        "receiver": "receiver.added",
        "void": "set.void",
    }
)
"""Short names that mean the usual one of several events, or the one that begins something."""


def event_meant(word: str) -> type[Event]:
    """Return the event of a name, or of the last part of one if only one event has it.

    Raises:
        UsageError: If there is none, or there are several; nothing is quoted.
    """
    if name := word if word in EVENTS else USUAL.get(word):
        return EVENTS[name]
    found = _ending_in(word)
    if len(found) > 1:
        raise UsageError("several events are called like that", f"say which: {', '.join(found)}")
    if not found:
        raise UsageError("there is no such event", Remedy.SEE_EVENTS)
    return EVENTS[found[0]]


def is_event(word: str) -> bool:
    """Whether one event is meant by a word."""
    try:
        event_meant(word)
    except UsageError:
        return False
    return True


def is_said(event: type[Event]) -> bool:
    """Whether people record an event; else only the program does, which sees it."""
    return not event.saw or event.by_hand


def _ending_in(word: str) -> list[str]:
    """Return the names of the events whose last part is a word: of those that people record, else of all."""
    found = [event for name, event in EVENTS.items() if name.rpartition(".")[2] == word]
    return [event.event for event in found if is_said(event)] or [event.event for event in found]


def near_events(word: str) -> list[str]:
    """Return the names of which a word may be a misspelt one, the likeliest first."""
    said = [event for event in EVENTS.values() if is_said(event)]
    names = dict.fromkeys(name for event in said for name in (short_name(event), event.event))
    return difflib.get_close_matches(word[:32].lower(), list(names), n=3)


def short_name(event: type[Event]) -> str:
    """Return the shortest name by which an event is known."""
    usual = [word for word, name in USUAL.items() if name == event.event]
    last = event.event.rpartition(".")[2]
    if last not in EVENTS and last not in USUAL and _ending_in(last) == [event.event]:
        usual.append(last)
    return min(usual, key=len, default=event.event)


EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "person.joined": 'joined "Zoe Example" title=CFO',
        "place.added": 'place "Munich safe" site=Munich kind=safe',
        "account.added": "account Production pack=aws-root",
        "account.pack": 'account.pack aws-root "Ada Example,Ben Example"',
        "account.ended": 'account.ended "it is deleted" "Ada Example,Ben Example"',
        "receiver.added": 'receiver "Ada Example"',
        "asset.added": 'asset key-2 mfa "Ada Example"',
        "line.bound": "bound account=root",
        "sheet.stored": 'stored 1 "Berlin safe"',
        "sheet.seen": "seen 1-3 intact=yes",
        "sheet.taken": 'taken 1 "a drill"',
        "sheet.handed": 'handed 2 "Max Example"',
        "sheet.lost": 'lost 2 "it is not in its safe"',
        "sheet.exposed": 'exposed 2 possible "its bag was open"',
        "sheet.destroyed": 'destroyed 3 shredded "Ada Example,Ben Example"',
        "bag.given": 'given A10005 "Ada Example"',
        "bag.sealed": "sealed A10005 1 replaces=A10001",
        "bag.opened": 'bag.opened 1 intact=yes expected=yes purpose="a drill"',
        "receipt": "receipt 1",
        "asset.checked": "checked key-1 pass",
        "asset.used": 'used key-1 "Ada Example,Ben Example" "a sign-in"',
        "asset.moved": 'moved key-1 "another keeper" person="Ben Example"',
        "asset.retired": 'asset.retired key-1 "it is broken"',
        "safe.opened": 'safe.opened "Berlin safe" "Ada Example,Ben Example" "a drill"',
        "safe.closed": 'closed "Berlin safe" "Ada Example,Ben Example"',
        "signin": "signin new accepted=yes",
        "alert": 'alert "Ada Example" minutes=2 validated=yes',
        "action": 'action "buy a second safe" due=2030-01-31',
        "action.done": "done D-1",
        "incident.open": 'incident "the phone is lost" kind=device',
        "incident.close": 'incident.close I-1 "a slip" "nothing was lost" "Ada Example,Ben Example"',
        "deputy": 'deputy "Ada Example" "Ben Example"',
        "person.left": 'left "Ben Example" "another post"',
        "place.left": 'place.left "Old safe" "the site is given up"',
        "receiver.left": 'receiver.left "Ben Example"',
        "seat.bound": 'seat.bound C-0001 C1 "Ada Example"',
        "procedure": "procedure aws-root R8 10 10 done",
        "lint.override": 'lint.override SAFE-1 "until the second safe is here" "Ada Example,Ben Example"',
        "set.refreshed": 'refreshed "New root user" "Root user" "somebody left"',
        "set.rotated": 'rotated "Changed root user" "Root user" "a theft"',
        "set.retired": 'set.retired "Root user" "the account is closed" "Ada Example,Ben Example"',
        "renewal": 'renewal 2of3 lost refresh refresh "Ada Example,Ben Example"',
        "public.signed": 'public.signed "Ada Example,Ben Example"',
        "set.void": 'void "New root user" "the printer was not clean"',
        "sheet.void": 'sheet.void 2 "it is smudged"',
        "sheet.missing": "missing 2",
        "sheet.shredded": "shredded 2",
        "request": 'request "change the password" "Ada Example,Ben Example"',
        "intent": 'intent N-2 recover "from the paper form"',
        "outcome": "outcome N-1 done",
        "reveal": 'reveal "a sign-in" released_by="Ada Example,Ben Example" seen_by=Ada seconds=60 way=screen',
        "use.reviewed": 'use.reviewed "Ada Example" "Ada Example,Ben Example" kept="it was a drill"',
        "note": 'note "the shredder was out of order"',
        "correction": 'correction 2 "it was the other bag"',
        "debrief": 'debrief nothing "how long it takes"',
        "exception": 'exception "a page comes out" "it was jammed" "print it again"',
        "override": 'override swap "it cannot be turned off" "Ada Example,Ben Example"',
        "acknowledge": 'acknowledge swap "nothing secret was in it"',
        "step": "step 31 done",
        "checkpoint": 'checkpoint "after the split"',
        "export": 'export "two sticks"',
        "reopen": 'reopen "a page was forgotten"',
        "roll": 'roll "Ada Example" custodian',
        "role": 'role "Ben Example" scribe "the scribe was called away"',
        "role.ended": 'role.ended "Max Example" observer "a new post"',
        "room.clock": "clock 14:05 agrees=yes",
        "room.enter": 'enter "Ada Example" "a phone"',
        "room.exit": 'exit "Ada Example" "a phone"',
        "room.return": 'return "Ada Example" "a phone"',
        "break": 'break lunch "A10001,A10002"',
        "resume": 'resume bags_agree=yes present="Ada Example,Ben Example"',
        "tally": "tally printed=3 sealed=3 shredded=0 agrees=yes",
        "lot": 'lot "Ada Example,Ben Example" "Ada Example" cards',
        "plan": f'plan {_HASH} 2of3 "Ada Example,Ben Example"',
        "hash": f'hash "the program" {_HASH} equal=yes',
    }
)
"""Of each event that people record an example, in the order in which they need them."""


def adding(thing: str) -> str:
    """Return how a thing of a kind becomes known: an example of the event that adds it, in a hint; of the one that gives it a name, if there is one."""
    found = [event for event in EVENTS.values() if event.introduces == thing]
    named = [event for event in found if any(name == "name" and not optional for name, _, optional in event.kinds())]
    first = next((EXAMPLES[one.event] for one in (*named, *found) if one.event in EXAMPLES), "")
    return f"record it first, such as: {first}" if first else "name one that was recorded"
