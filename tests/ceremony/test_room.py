"""Who is in the room of a ceremony: people, and not seats."""

from __future__ import annotations

import pytest

from splitkit.ceremony.room import Room
from splitkit.errors import AttentionError
from tests.support.ceremonies import happening


def called(*seats):
    room = Room()
    for seat, name in seats:
        data = happening("roll", person=seat, role="observer", **({"name": name} if name else {})).data
        room = room.after(data, secret=False)
    return room


def test_one_person_on_two_seats_is_one():
    room = called(("C1", "Ada Example"), ("OLD1", "ada example"))
    assert len(room.present) == 2 and len(room.people(room.present)) == 1
    with pytest.raises(AttentionError, match="fewer than 2 people"):
        room.check_two("C1", "OLD1")
    with pytest.raises(AttentionError, match="nobody else has seen it"):
        called(("C1", "Ada Example"), ("OLD1", "Ada Example"), ("WIT", "Ben Example")).check_two("C1", "OLD1")
    called(("C1", "Ada Example"), ("OLD1", "Ada Example"), ("WIT", "Ben Example")).check_two("C1", "WIT")


def test_who_has_no_name_is_known_by_the_seat():
    called(("C1", ""), ("C2", "")).check_two("C1", "C2")
