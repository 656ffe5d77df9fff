"""What one person alone says, and somebody else has to say, or may have said otherwise: it is refused."""

from __future__ import annotations

import datetime as dt

from splitkit.custody.records.accounts import PersonRecord, PlaceRecord
from splitkit.custody.records.begun import ends_alone, key_of
from splitkit.custody.records.days import Moment
from splitkit.custody.records.decisions import TIES, here, later, place_is, tie_of
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.holdings import Register
from splitkit.errors import AttentionError, Remedy
from splitkit.ledger import events
from splitkit.ledger.chain import Happening
from splitkit.ledger.lookalike import plain_name
from splitkit.ledger.schema import Event

NOBODY = "nobody"
"""Who is to do what is agreed, where it was not said who is."""

OF_PLACES = ("site", "country", "kind")
"""What of a place they judge, and what it is."""


def check_word(register: Register, what: Happening, data: Event) -> None:
    """Refuse what one person alone says, and somebody else has to say, or may have said otherwise.

    Raises:
        AttentionError: If it is so.
    """
    _check_next(register, what, data)
    if register.vouched(what):
        return
    if isinstance(data, events.IntentEnded) and not ends_alone(register.begun, data):
        raise AttentionError("what came of it takes two people: paper of it may be somewhere", Remedy.WITNESS)
    if isinstance(data, events.SetVoided) and any(one.on_paper for one in register.sets[data.set].sheets.values()):
        raise AttentionError("paper of this set may be somewhere: that it is void takes two people", Remedy.WITNESS)
    if isinstance(data, events.RoleGivenUp):
        raise AttentionError("that somebody gives up a role takes two people", Remedy.WITNESS)
    if isinstance(data, events.ActionDone) and _still_here(register, register.actions[data.action].leaver):
        raise AttentionError("whoever is to leave has not left yet, as far as anybody recorded", Remedy.WITNESS)
    if isinstance(data, events.ActionDone) and not waits_for(register, register.actions[data.action].owner, what.by):
        owner = register.called(register.actions[data.action].owner)
        raise AttentionError(f"{owner} is to do that, and has not said that it is done", Remedy.WITNESS)
    if other := _takes_back(register, what, data):
        raise AttentionError(f"{other}, and one person takes no other's word back", Remedy.WITNESS)


def _still_here(register: Register, leaver: str) -> bool:
    return bool(leaver) and leaver in register.people and register.people[leaver].until is None


def _check_next(register: Register, what: Happening, data: Event) -> None:
    """Refuse a set of which people say that it was begun with a number that is not the next: no later one could be made of the line.

    That one was made so, in the place of another, is refused where one person alone says it.
    """
    if not isinstance(data, events.Intent | events.SetMade) or what.saw or not (data.epoch and data.line):
        return
    if isinstance(data, events.SetMade) and (not data.replaces or register.vouched(what)):
        return
    coming = register.next_epoch(data.line)
    if data.epoch > coming:
        raise AttentionError(
            f"the next set of this line has the epoch {coming}",
            "compare it with the paper; take up first what came before it",
        )


def waits_for(register: Register, owner: str, person: str) -> bool:
    """Whether somebody is to do what an *owner* is, who stands there by name or by seat; what nobody in particular is to do anybody is."""
    return owner in (NOBODY, person) or plain_name(owner) == plain_name(register.called(person))


def _takes_back(register: Register, what: Happening, data: Event) -> str:
    """Return what was recorded that an entry by one person takes back; nothing if it does not."""
    by = what.by
    match data:
        case events.PersonJoined() | events.PlaceAdded():
            return _comes_otherwise(register, data, by, Moment.of(what.time))
        case events.DeputyNamed(person=person, deputy=deputy):
            before = register.people.get(person, PersonRecord(person)).deputy
            return f"another deputy of {register.called(person)} was recorded" if before not in ("", deputy) else ""
        case events.ReceiverLeft(person=person, account=account):  # of a leaver nobody expects it
            return f"{register.called(person)} was to get the alerts" if person in register.alerted_by(account) else ""
        case events.AssetChecked() | events.AssetRetired():
            return _fails(register.assets[data.asset], data, by)
        case events.ProcedureWalked():
            return _walks_otherwise(register, data, by)
    return ""


def _fails(asset: AssetRecord, data: events.AssetChecked | events.AssetRetired, by: str) -> str:
    """Return that a device fails, where one says that it works who has not said that alone, or retires it though two have: it is to be replaced."""
    retires, passes = isinstance(data, events.AssetRetired), getattr(data, "result", "") == "pass"
    theirs = bool(asset.failed_by) if retires else asset.failed_by == by
    stands = asset.result == "fail" and not (asset.retired or theirs)
    return f"it was recorded that {asset.name} fails" if stands and (retires or passes) else ""


def _comes_otherwise(register: Register, data: events.PersonJoined | events.PlaceAdded, by: str, day: dt.date) -> str:
    """Return what was recorded of somebody, or of a place, until a *day*, where an entry *by* one person adds them as if it were not so."""
    if isinstance(data, events.PlaceAdded):
        known_before = data.place in register.places and not later(register, place_is(data.place), day)
        return _placed_otherwise(register.places[data.place], data) if known_before else ""
    known = [register.people[seat] for seat in register.seats_of(data.person, data.name)]
    over = any(later(register, here(one.seat), day) for one in known)
    left = filter(None, (_left_otherwise(one, by) for one in known if not over))
    ties = (_tied_otherwise(register, one, data, day) for one in known if one.seat == data.person)
    return next(filter(None, (*left, *ties)), "")


def _walks_otherwise(register: Register, data: events.ProcedureWalked, by: str) -> str:
    """Return what was recorded of a procedure, where one person leaves steps out, or goes through one that is left to somebody else."""
    begun = register.procedures.get(key_of(data))
    if begun is None:
        return ""
    if begun.leaves_out(data):
        return f"step {begun.step} of {begun.of} was the last"
    others = [one for one in begun.takes_from(data).items() if not waits_for(register, one[1], by)]
    return "".join(f"step {at} is left to {register.called(owner)}" for at, owner in others[:1])


def _left_otherwise(known: PersonRecord, by: str) -> str:
    """Return who said that somebody left, where they are here *by* another one's word."""
    if known.left_before_two:
        return f"two people said that {known.name or known.seat} left on {known.until}"
    if known.until and known.left_by != by:
        return f"another person said that {known.name or known.seat} left on {known.until}"
    return ""


def _tied_otherwise(register: Register, known: PersonRecord, data: events.PersonJoined, day: dt.date) -> str:
    other = [one for one in TIES if getattr(data, one) and getattr(known, one) not in ("", getattr(data, one))
             and not later(register, tie_of(known.seat, one), day)]  # fmt: skip
    return f"another {other[0]} of {known.name or known.seat} was recorded" if other else ""


def _placed_otherwise(known: PlaceRecord, data: events.PlaceAdded) -> str:
    """Return what was recorded of a place that was left, where it is used again as if it were another: sheets may lie there still."""
    other = [one for one in OF_PLACES if plain_name(getattr(data, one) or "") != plain_name(getattr(known, one))]
    return f"another {other[0]} of {known.name} was recorded" if other else ""
