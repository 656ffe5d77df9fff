"""The console: which commands its menu starts, what it remembers, and what it never does."""

from __future__ import annotations

from pathlib import Path

import pytest

from splitkit.cli.console import paper_printing, programs, start, traces
from splitkit.cli.console.start import Console
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.paper.geometry import Paper
from splitkit.stick.offers import Offer, offers, typed_for
from tests.support.places import ROOT


class Keyboard:
    """A terminal at which the answers are known beforehand."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.said = ""

    def say(self, text: str) -> None:
        self.said += text + "\n"

    def ask(self, prompt: str) -> str:
        self.said += prompt
        assert self.answers, f"nobody answers this: {prompt}"
        return self.answers.pop(0)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A console with a place in memory of its own, that starts nothing."""
    ran: list[list[str]] = []
    for name, path in {
        "PLACE": "", "DESK": "desk", "FOLDER": "desk/custody", "POINT": "stick", "_BEGUN": "begun", "_LAYOUT": "layout",
        "_KEPT": "kept", "_OPENED": "opened",
    }.items():  # fmt: skip
        monkeypatch.setattr(traces, name, tmp_path / "run" / path)
    monkeypatch.setattr(traces, "known_queues", dict)
    monkeypatch.setattr(traces.os, "chdir", lambda _: None)
    monkeypatch.setattr(programs, "run_splitkit", lambda words, folder: ran.append(["splitkit", *words]) or 0)
    monkeypatch.setattr(programs, "run_system", lambda *words: ran.append(list(words)) or True)
    monkeypatch.setattr(programs, "open_command_line", lambda folder: ran.append(["bash"]))
    monkeypatch.setattr(start, "_MEMORY", (tmp_path / "shm",))
    monkeypatch.setattr(start, "remove_queues", lambda: ran.append(["no queues"]))
    monkeypatch.setattr(start, "_CACHES", tmp_path / "caches")
    traces.prepare()
    keyboard = Keyboard()

    def turn(offer: Offer, *answers: str) -> list[list[str]]:
        typed = next(word for word, one in typed_for(offers(traces.situation())).items() if one is offer)
        keyboard.answers += [typed, *answers]
        keyboard.said = ""
        ran.clear()
        console.kept_going(console.turn)
        assert not keyboard.answers, keyboard.said
        return list(ran)

    console = Console(Dialogue(keyboard))
    turn.keyboard, turn.console, turn.place = keyboard, console, tmp_path
    return turn


def custody(machine) -> Path:
    folder = traces.FOLDER
    (folder / "ledgers").mkdir(parents=True)
    (folder / "splitkit.toml").write_text("")
    return folder


def test_each_choice_runs_the_command_that_does_the_same_anywhere(machine):
    assert machine(Offer.TRY) == [["splitkit", "preflight"]]
    assert machine(Offer.HOLD) == [["splitkit"]]
    assert machine(Offer.RECOVER, "2", "2") == [["splitkit", "recover", "--type", "--practice"]]
    assert machine(Offer.CLOCK, "2026-11-23 13:04") == [
        ["date", "-u", "-s", "2026-11-23 13:04"],
        ["hwclock", "-w", "-u"],
    ]
    assert "What shall be done?" in machine.keyboard.said


def test_a_command_line_makes_the_machine_unfit_and_ends_what_is_secret(machine):
    assert machine(Offer.SHELL, "no") == []
    assert not traces.situation().opened
    assert machine(Offer.SHELL, "y", "yes") == [["bash"]]  # only the whole word is a yes
    assert traces.situation().opened
    for offer in (Offer.REHEARSE, Offer.HOLD, Offer.RECOVER):
        assert machine(offer) == []
        assert "error: this cannot be done any more" in machine.keyboard.said
    assert not traces.situation().begun


def test_after_anything_secret_no_command_line_is_offered(machine):
    assert Offer.SHELL in offers(traces.situation())
    machine(Offer.HOLD)
    assert traces.situation().begun
    assert Offer.SHELL not in offers(traces.situation())
    machine(Offer.WIPE, "yes")
    assert Offer.SHELL not in offers(traces.situation())  # nobody can tell what memory still holds


def test_a_folder_that_is_not_on_its_stick_is_lost_only_for_a_whole_yes(machine):
    folder = custody(machine)
    assert machine(Offer.OFF, "y", "no") == []
    assert machine(Offer.WIPE, "no") == []
    assert folder.exists()
    traces.folder_kept()
    assert traces.situation().kept
    (folder / "ledgers" / "desk.ledger").write_text("one more")
    assert not traces.situation().kept
    with pytest.raises(SystemExit):
        machine(Offer.OFF, "yes")


def test_a_wipe_leaves_nothing_in_memory(machine):
    custody(machine)
    (machine.place / "shm" / "pages").mkdir(parents=True)
    (machine.place / "shm" / "pages" / "sheet.pdf").write_text("x")
    (machine.place / "shm" / "link").symlink_to("/etc/passwd")
    ran = machine(Offer.WIPE, "yes", "yes")
    assert ran[0] == ["no queues"]
    assert list((machine.place / "shm").iterdir()) == []
    assert list(traces.DESK.iterdir()) == []
    assert (machine.place / "caches").read_text() == "3"
    assert Path("/etc/passwd").exists()


def test_the_keyboard_is_asked_for_until_it_is_right(machine):
    console, keyboard = machine.console, machine.keyboard
    keyboard.answers += ["99", "3", "yz", "no"]
    console.kept_going(console.keyboard)
    assert not traces.situation().layout
    keyboard.answers += ["German", "yz", "yes"]
    console.kept_going(console.keyboard)
    assert traces.situation().layout == "de-latin1-nodeadkeys"


def test_a_paper_that_was_made_is_printed(machine, monkeypatch):
    papers = custody(machine) / "papers"
    papers.mkdir()
    printed = []
    monkeypatch.setattr(paper_printing, "find_queue", lambda name: name)
    monkeypatch.setattr(paper_printing, "print_page", lambda *given: printed.append(given[:3]))
    monkeypatch.setattr(traces, "known_queues", lambda: {"Office": "usb://x"})
    record, sheet = (ROOT / "printouts/specimens" / name for name in ("record-a4.pdf", "sheet-a4.pdf"))
    (papers / "record.pdf").write_bytes(record.read_bytes())
    (papers / "sheet.pdf").write_bytes(sheet.read_bytes())
    machine(Offer.PAPERS, "2", "1", "1")
    assert printed == [(record.read_bytes(), "Office", Paper.A4)]
    machine(Offer.PAPERS, "2", "2")
    assert "error: a file of the custody folder holds a share" in machine.keyboard.said
    assert len(printed) == 1


def test_whatever_fails_is_said_and_the_menu_comes_again(machine, monkeypatch):
    def failed(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(programs, "run_splitkit", failed)
    machine(Offer.TRY)
    assert "Input/output error" in machine.keyboard.said
    assert machine(Offer.STORE) == []
    assert "no custody folder is in this machine" in machine.keyboard.said
