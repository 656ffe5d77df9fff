"""People are named by a number of a list, by name or by seat, and by nothing that could mean two of them."""

import pytest

from splitkit.cli.guide.session import people_meant
from splitkit.errors import UsageError

PEOPLE = {"ADM": "Adam Example", "WIT": "Wilma Example", "C1": "Ada Example", "C2": "C2"}


@pytest.mark.parametrize(
    ("typed", "seats"),
    [
        ("1", ("ADM",)), ("3, 1", ("C1", "ADM")), ("3 1", ("C1", "ADM")), ("wit ADM", ("WIT", "ADM")), ("Ada Example", ("C1",)),
        ("ada example, wilma", ("C1", "WIT")), ("c2", ("C2",)), ("1, ADM, adam", ("ADM",)), ("Wil", ("WIT",)),
    ],
)  # fmt: skip
def test_who_is_meant(typed, seats):
    assert people_meant(PEOPLE, typed) == seats


@pytest.mark.parametrize("typed", ["", ",", "0", "5", "Ad", "Nobody", "1, 9", "Ada Wilma Example", "\x07"])
def test_who_may_be_two_or_nobody_is_asked_again(typed):
    with pytest.raises(UsageError):
        people_meant(PEOPLE, typed)
