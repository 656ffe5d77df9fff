"""What the console offers, and what may be done when."""

from __future__ import annotations

import itertools

import pytest

from splitkit.stick.layouts import LAYOUTS
from splitkit.stick.offers import Need, Offer, Situation, begins, need, offers, status, typed_for

SECRET = {Offer.REHEARSE, Offer.HOLD, Offer.RECOVER}
EVERY = [
    Situation(begun=begun, opened=opened, folder=folder, kept=kept)
    for begun, opened, folder, kept in itertools.product((False, True), repeat=4)
]


@pytest.mark.parametrize("situation", EVERY, ids=str)
def test_a_command_line_comes_only_before_anything_secret(situation):
    assert (Offer.SHELL in offers(situation)) is not situation.begun
    if situation.begun:
        assert need(Offer.SHELL, situation) is Need.RESTART


@pytest.mark.parametrize("situation", EVERY, ids=str)
def test_nothing_secret_begins_after_a_command_line_was_open(situation):
    for offer in SECRET:
        assert (need(offer, situation) is Need.RESTART) is situation.opened
    assert {offer for offer in Offer if begins(offer)} == SECRET


@pytest.mark.parametrize("situation", EVERY, ids=str)
def test_a_folder_that_is_not_on_its_stick_is_not_lost_unasked(situation):
    for offer in (Offer.WIPE, Offer.OFF, Offer.FETCH):
        assert (need(offer, situation) is Need.AGREED_LOSS) is (situation.folder and not situation.kept)
    assert (need(Offer.STORE, situation) is Need.FOLDER) is not situation.folder


@pytest.mark.parametrize("situation", EVERY, ids=str)
def test_the_machine_can_always_be_looked_at_and_switched_off(situation):
    assert {Offer.TRY, Offer.OFF, Offer.KEYBOARD, Offer.WIPE} <= set(offers(situation))
    for offer in (Offer.TRY, Offer.KEYBOARD, Offer.CLOCK, Offer.PRINTER, Offer.PAPERS):
        assert need(offer, situation) is Need.NOTHING


@pytest.mark.parametrize("situation", EVERY, ids=str)
def test_one_answer_means_one_thing_and_the_menu_fits_a_screen(situation):
    typed = typed_for(offers(situation))
    assert sorted(typed.values(), key=str) == sorted(offers(situation), key=str)
    assert list(typed)[:9] == [str(number) for number in range(1, 10)]
    assert len(typed) + 8 <= 24
    assert all(len(one.value) < 70 for one in Offer)


def test_one_line_says_how_things_stand():
    assert status(Situation()) == "no keyboard chosen; no printer; no custody folder"
    told = status(Situation(layout="us", queues=("Office",), folder=True, kept=False, opened=True))
    assert "printer Office" in told
    assert "not yet copied" in told
    assert "RESTART" in told.upper()


def test_the_layouts_are_told_apart():
    assert len(set(LAYOUTS.values())) == len(LAYOUTS)
    assert next(iter(LAYOUTS)) == "us"
