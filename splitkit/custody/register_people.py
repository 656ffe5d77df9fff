"""What entries change in the register about people, devices, mailboxes, actions, reviews and incidents."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from splitkit.custody.holdings import Action, AssetRecord, PersonRecord
from splitkit.errors import AttentionError
from splitkit.ledger.events import URGENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from splitkit.custody.register import Register


def _rolled(register: Register, data: Mapping[str, Any], day: str) -> Register:
    known = register.people.get(data["person"], PersonRecord(data["person"], since=day))
    roles = tuple(dict.fromkeys((*known.roles, data["role"])))
    return with_person(register, replace(known, name=data.get("name", known.name), roles=roles))


def _joined(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    known = register.people.get(data["person"], PersonRecord(data["person"]))
    if known.name and known.name != data["name"] and not known.until:
        raise AttentionError("somebody else has this seat", "record first that they left: person.left")
    begun = PersonRecord(data["person"]) if known.until else known  # a new holder of the seat inherits no role
    return with_person(register, replace(begun, name=data["name"], title=data.get("title", ""), since=data["since"]))


def with_person(register: Register, person: PersonRecord) -> Register:
    """Return the register with one person changed."""
    return replace(register, people=MappingProxyType({**register.people, person.seat: person}))


def _role(register: Register, data: Mapping[str, Any], day: str) -> Register:
    return _rolled(register, data, day)


def _deputy(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    seats = (data["person"], data["deputy"])
    if len(set(seats)) < 2:
        raise AttentionError("nobody stands in for themselves", "name somebody else")
    if any(seat not in register.people or register.people[seat].until for seat in seats):
        raise AttentionError("one of the two is not a holder", "record first who it is: person.joined")
    return with_person(register, replace(register.people[data["person"]], deputy=data["deputy"]))


def _asset_added(register: Register, data: Mapping[str, Any], day: str) -> Register:
    if data["kind"] == "phone" and data.get("serial", "x").isdigit():
        raise AttentionError(
            "the serial of a phone has digits only, and may be its number", "leave it out, or write a letter before it"
        )
    if data["asset"] in register.assets and not register.assets[data["asset"]].retired:
        raise AttentionError("an asset of this tag is kept already", "choose another tag, or retire the old one first")
    more = {name: data[name] for name in ("serial", "battery", "expires", "place") if name in data}
    return _with_asset(register, AssetRecord(data["asset"], data["kind"], data["person"], added=day, **more))


def _asset(register: Register, data: Mapping[str, Any]) -> AssetRecord:
    if data["asset"] not in register.assets:
        raise AttentionError("no asset of this tag was recorded", "record it first: asset.added")
    return register.assets[data["asset"]]


def _with_asset(register: Register, asset: AssetRecord) -> Register:
    return replace(register, assets=MappingProxyType({**register.assets, asset.tag: asset}))


def _asset_checked(register: Register, data: Mapping[str, Any], day: str) -> Register:
    asset = _asset(register, data)
    return _with_asset(
        register, replace(asset, checked=day, result=data["result"], expires=data.get("expires", asset.expires))
    )


def _asset_moved(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    asset = _asset(register, data)
    moved = replace(asset, holder=data.get("person", asset.holder), place=data.get("place", asset.place))
    return _with_asset(register, moved)


def _asset_retired(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    return _with_asset(register, replace(_asset(register, data), retired=True))


def _action(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    action = Action(data["action"], data["text"], data.get("owner", "nobody"), data["due"])
    return replace(register, actions=MappingProxyType({**register.actions, action.code: action}))


def _action_done(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    if data["action"] not in register.actions:
        raise AttentionError("no action of this code was recorded", "see 'custody due' for the open ones")
    done = replace(register.actions[data["action"]], done=True)
    return replace(register, actions=MappingProxyType({**register.actions, done.code: done}))


def _reviewed(register: Register, data: Mapping[str, Any], day: str) -> Register:
    if len(set(data["reviewers"])) < 2:
        raise AttentionError("fewer than two people reviewed", "two people review, never one")
    return replace(register, reviewed=day, next_review=data.get("next", ""))


def _closed(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    return replace(register, next_due=data.get("next", register.next_due), standby=data.get("standby", ""))


def _incident(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    if data.get("kind") in URGENT:
        register = replace(register, urgent=register.urgent | {data["incident"]})
    return replace(register, incidents=MappingProxyType({**register.incidents, data["incident"]: data["cause"]}))


def _incident_over(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    if data["incident"] not in register.incidents:
        raise AttentionError("no incident of this code is open", "compare the code with the ledger")
    rest = {code: cause for code, cause in register.incidents.items() if code != data["incident"]}
    return replace(register, incidents=MappingProxyType(rest), urgent=register.urgent - {data["incident"]})


def _overridden(register: Register, data: Mapping[str, Any], _day: str) -> Register:
    if len(set(data["approved"])) < 2:
        raise AttentionError("fewer than two people agreed to break a rule", "two people approve it, never one")
    return replace(register, overrides=MappingProxyType({**register.overrides, data["rule"]: data.get("until", "")}))


PEOPLE_CHANGES: Mapping[str, Callable[[Register, Mapping[str, Any], str], Register]] = {
    "close": _closed,
    "roll": _rolled,
    "role": _role,
    "person.joined": _joined,
    "deputy": _deputy,
    "asset.added": _asset_added,
    "asset.checked": _asset_checked,
    "asset.moved": _asset_moved,
    "asset.retired": _asset_retired,
    "action": _action,
    "action.done": _action_done,
    "review": _reviewed,
    "incident.open": _incident,
    "incident.close": _incident_over,
    "lint.override": _overridden,
}
