"""From the custody stick and back: whole, compared, and never a share, a link or another company's ledger."""

from __future__ import annotations

import os

import pytest

from splitkit.cli.console import transfer
from splitkit.cli.console.transfer import (
    check_continues,
    check_no_share,
    compare,
    put_in_place,
    read_folder,
    write_folder,
)
from splitkit.errors import AttentionError, DeviceError, UnreadableError, UsageError
from tests.support.builders import made, share_codes
from tests.support.places import ROOT

SHARE = share_codes(made().share("2"))[0].text
FILES = {
    "splitkit.toml": b'name = "Example"\n',
    "ledgers/desk.ledger": b'{"seq":0}\n',
    "records/record.pdf": (ROOT / "printouts/specimens/record-a4.pdf").read_bytes(),
    "plans/plan.toml": b"title = 'x'\n",
}


def custody(folder, files=FILES):
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_a_folder_goes_over_whole_and_takes_the_place_of_an_older_one(tmp_path):
    files = read_folder(custody(tmp_path / "custody"))
    assert files == FILES
    stick = tmp_path / "stick"
    stick.mkdir()
    for content in (FILES, {**FILES, "ledgers/desk.ledger": b'{"seq":0}\n{"seq":1}\n'}):
        put_in_place(content, stick / "custody")
        compare(content, read_folder(stick / "custody"))
    assert sorted(path.name for path in stick.iterdir()) == ["custody", "custody.old"]
    assert read_folder(stick / "custody.old") == FILES
    assert {"sealed", "papers", "packs"} <= {path.name for path in (stick / "custody").iterdir()}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "papers.txt").symlink_to("/etc/passwd"),
        lambda folder: (folder / "plans/here").symlink_to(folder),
        lambda folder: os.mkfifo(folder / "pipe"),
        lambda folder: (folder / "a\nb").write_text(""),
        lambda folder: (folder / "a\x1b[2J").write_text(""),
        lambda folder: (folder / "a:b").write_text(""),
        lambda folder: (folder / "a.").write_text(""),
        lambda folder: (folder / "1/2/3/4/5").mkdir(parents=True),
        lambda folder: os.truncate(custody(folder, {"huge.pdf": b""}) / "huge.pdf", transfer.MAX_FILE + 1),
        lambda folder: [(folder / f"{n}").write_text("") for n in range(transfer.MAX_FILES + 1)],
        lambda folder: (folder / "splitkit.toml").unlink(),
    ],
)
def test_a_hostile_stick_is_told_and_nothing_is_taken(tmp_path, spoil):
    folder = custody(tmp_path / "custody")
    spoil(folder)
    with pytest.raises(UnreadableError) as refused:
        read_folder(folder)
    assert refused.value.fact.isprintable()


def test_a_stick_that_gives_back_something_else_is_told():
    with pytest.raises(DeviceError, match="something else"):
        compare(FILES, {**FILES, "plans/plan.toml": b"title = 'y'\n"})
    with pytest.raises(DeviceError, match="something else"):
        compare(FILES, {name: data for name, data in FILES.items() if name != "plans/plan.toml"})


@pytest.mark.parametrize("old", [b'{"seq":9}\n', b'{"seq":0}\n{"seq":1}\n', b'{"seq":1}\n'])
def test_a_record_that_this_machine_has_not_is_never_written_over(old):
    with pytest.raises(AttentionError, match="has not"):
        check_continues({**FILES, "ledgers/desk.ledger": old}, FILES)
    with pytest.raises(AttentionError, match="has not"):
        check_continues({"ledgers/c-0001.ledger": b"x"}, FILES)
    check_continues(FILES, {**FILES, "ledgers/desk.ledger": FILES["ledgers/desk.ledger"] + b"more\n"})


def test_a_full_stick_loses_nothing(tmp_path, monkeypatch):
    place = custody(tmp_path / "custody")

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(transfer, "_write", full)
    with pytest.raises(DeviceError, match="No space left"):
        put_in_place({**FILES, "more": b"x"}, place)
    assert read_folder(place) == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["custody"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("papers/scan.png", b"\x89PNG\r\n\x1a\n"),
        ("papers/scan.pdf", b"\xff\xd8\xff\xe0"),
        ("papers/sheet.pdf", (ROOT / "printouts/specimens/sheet-a4.pdf").read_bytes()),
        ("plans/other", (ROOT / "printouts/specimens/sheet-letter.pdf").read_bytes()),
    ],
)
def test_a_share_or_a_picture_never_goes_onto_a_stick(tmp_path, name, content):
    files = {**FILES, name: content}
    with pytest.raises(UsageError, match=r"never goes|none ever goes"):
        check_no_share(custody(tmp_path, files), files)


def test_a_typed_share_never_goes_onto_a_stick(tmp_path):
    files = {**FILES, "plans/note.txt": SHARE.encode()}
    with pytest.raises(UsageError, match="holds a share"):
        check_no_share(custody(tmp_path, files), files)


def test_what_is_public_goes(tmp_path):
    check_no_share(custody(tmp_path), FILES)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    with pytest.raises(DeviceError, match="could not be written"):
        write_folder(FILES, tmp_path / "no" / "custody")
