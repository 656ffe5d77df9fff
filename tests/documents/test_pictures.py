"""The pictures of screens in docs/pictures are those that the program shows."""

from __future__ import annotations

from tests.support.screens import PICTURES, screens


def test_each_picture_of_a_screen_is_what_the_program_shows():
    assert {path.name: path.read_text("utf-8") for path in sorted(PICTURES.glob("*.svg"))} == screens()
