"""The custody folder from the command line: made, found, filled by ceremonies, and doubted where there is a reason to."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
from itertools import product

import pytest

from splitkit.host import clock
from splitkit.host.home import Ledgers
from tests.support.ceremonies import plan_of, whole
from tests.support.custody.company import opened, written
from tests.support.custody.custodies import SET
from tests.support.custody.practice_set import run
from tests.support.custody.settling import settled
from tests.support.kit import environment
from tests.support.ledgers import FROM_PAPER, SEEN, going_on, hashed, head_of, joined, line, spelt, torn_line
from tests.support.places import copied
from tests.support.sampling import sampled

BY = ("--by", "max-example")


def begun(at):
    done = run("init", "custody", "--name", "Example AG 123456789012", *BY, cwd=at)
    assert done.returncode == 0, done.stderr
    written(at / "c1", whole(plan_of("2of3", practice=False)))


@pytest.fixture
def home(tmp_path):
    """A new custody folder, beside the ledger of a ceremony that it has not taken up."""
    return copied(begun, tmp_path)


def said(home, *arguments, code=0, cwd="custody", **more):
    done = run(*arguments, cwd=home / cwd, **more)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def taken(home):
    said(home, "record", "--take", home / "c1", *BY)


def told(home):
    return json.loads(said(home, "status", "--json", code=9).stdout)


def desk(home):
    return home / "custody" / "ledgers" / "desk.ledger"


def test_a_new_folder_is_whole_private_and_its_own(home):
    made = {path.relative_to(home / "custody").as_posix(): path for path in (home / "custody").rglob("*")}
    assert set(made) == {
        "splitkit.toml",
        "ledgers",
        "ledgers/desk.ledger",
        "records",
        "plans",
        "packs",
        "sealed",
        "papers",
    }
    assert {path.stat().st_mode & 0o777 for path in made.values()} == {0o600, 0o700}
    assert "custody folder" in said(home, "ledger", "verify").stdout + said(home, "status", code=9).stderr
    again = run("init", "custody", "--name", "Example AG", *BY, cwd=home)
    assert (again.returncode, "not empty" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("folder", "name", "by", "fact"),
    [
        ("custody", "A", "Ada Example", "the folder 'custody' is not empty"),
        ("a\nb", "A", "Ada Example", "the name of the destination has a character that no other system takes"),
        ("new", "a\x1b[2J", "Ada Example", "--name: this holds a character that cannot be printed"),
        ("new", "A", "SPLITKIT", "--by: this is a word that means something else here"),
    ],
)
def test_a_folder_that_cannot_be_made_is_refused_by_what_is_wrong(home, folder, name, by, fact):
    before = sorted(home.iterdir())
    refused = said(home, "init", folder, "--name", name, "--by", by, cwd=".", code=2)
    assert f"error: {fact}" in refused.stderr and "--out" not in refused.stderr
    assert sorted(home.iterdir()) == before


def test_the_way_into_a_new_folder_can_be_typed(home):
    assert "cd 'my custody';" in said(home, "init", "my custody", "--name", "A", *BY, cwd=".").stderr


def test_it_is_named_or_in_the_environment_or_found_upwards(home):
    for arguments, more, where in (
        (("--home", home / "custody"), {}, "."),
        ((), {"env": environment(SPLITKIT_HOME=str(home / "custody"))}, "."),
        ((), {}, "custody/papers"),
    ):
        done = said(home, "status", *arguments, cwd=where, code=9, **more)
        assert ("custody folder: " in done.stderr) == (where != "."), done.stderr  # named when nobody named it
    refused = said(home, "status", cwd=".", code=2)
    assert "no custody folder is here" in refused.stderr and "splitkit init" in refused.stderr
    refused = said(home, "status", "--home", home, cwd=".", code=2)
    assert "this is not a custody folder" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "environ"), [(("--home", ""), {}), ((), {"SPLITKIT_HOME": ""})], ids=["option", "environment"]
)
def test_a_folder_that_is_named_with_nothing_is_none(home, arguments, environ):
    before = desk(home).read_bytes()
    for words in (("status",), ("record", "note", "x", *BY)):
        refused = said(home, *words, *arguments, code=2, env=environment(**environ))
        assert "the custody folder is named with nothing" in refused.stderr
        assert (arguments or ("SPLITKIT_HOME",))[0] in refused.stderr
    assert desk(home).read_bytes() == before


def linked(path):
    path.symlink_to("nowhere")


@pytest.mark.parametrize(("lay", "code"), [(os.mkfifo, 2), (os.mkdir, 2), (linked, 6)])
def test_settings_that_are_no_file_lead_to_no_folder_above(home, lay, code):
    inner = home / "custody" / "papers" / "stick"
    (inner / "ledgers").mkdir(mode=0o700, parents=True)
    lay(inner / "splitkit.toml")
    before = desk(home).read_bytes()
    for words in (("status",), ("record", "note", "x", *BY)):
        refused = said(home, *words, cwd=inner, code=code)
        assert "error: 'splitkit.toml' of this custody folder" in refused.stderr
    assert desk(home).read_bytes() == before


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        (b"", "'name' in 'splitkit.toml' is missing"),
        (b'name="A"\nreviewed="2099-01-01"', "has a key that splitkit does not know"),
        (b'name="A"\npaper.size="a4"', "'paper' in 'splitkit.toml' is neither"),
        (b'name="a\\u001b[2Jb"', "'name' in 'splitkit.toml': this holds a character that cannot be printed"),
        (b"name=" + b"[" * 5000, "'splitkit.toml' is nested too deeply"),
        (b'name="A"\n#' + b"x" * 20000, "'splitkit.toml' of this custody folder: the file '"),
    ],
)
def test_settings_that_cannot_be_read_are_named_and_nothing_is_written(home, content, fact):
    (home / "custody" / "splitkit.toml").write_bytes(content)
    before = desk(home).read_bytes()
    for words in (("status",), ("record", "note", "x", *BY), ("record", "--take", "../c1", *BY)):
        assert fact in said(home, *words, code=2).stderr
    assert desk(home).read_bytes() == before


def test_settings_may_come_from_windows(home):
    (home / "custody" / "splitkit.toml").write_bytes(b'\xef\xbb\xbfname="A"\r\n')
    assert "(A)" in said(home, "ledger", "verify").stderr


@pytest.mark.parametrize("name", ["splitkit.toml", "ledgers", "packs"])
def test_what_custody_is_judged_by_lies_in_the_folder_and_others_cannot_write_it(home, name):
    path, before = home / "custody" / name, desk(home).read_bytes()
    mode = path.stat().st_mode
    path.chmod(0o777)
    assert f"others than you can write '{name}'" in said(home, "record", "note", "x", *BY, code=6).stderr
    path.chmod(mode)
    path.rename(home / "elsewhere")
    path.symlink_to(home / "elsewhere")
    assert f"'{name}' of this custody folder is a link" in said(home, "record", "note", "x", *BY, code=6).stderr
    path.unlink()
    (home / "elsewhere").rename(path)
    assert desk(home).read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        ("status", "--page"),
        ("status", "--ics"),
        ("papers", "register", "--out"),
        ("audit", "--out"),
        ("papers", "procedures", "--out"),
    ],
    ids=" ".join,
)
def test_what_is_written_goes_to_a_file_that_has_a_name(home, words):
    taken(home)
    refused = said(home, *words, "-", code=2)
    assert "'-' is not the name of a file" in refused.stderr and "name a new file" in refused.stderr
    assert not (home / "custody" / "-").exists()
    assert refused.stdout == ""


def test_around_a_folder_that_was_deleted_is_none(home, monkeypatch):
    (home / "gone").mkdir()
    monkeypatch.chdir(home / "gone")
    monkeypatch.delenv("SPLITKIT_HOME", raising=False)
    (home / "gone").rmdir()
    assert not Ledgers()
    assert Ledgers(home=str(home / "custody")).folder == home / "custody"


def test_a_ceremony_is_taken_up_once_and_counts_from_then_on(home):
    assert "no set was recorded" in said(home, "status", code=9).stdout
    done = said(home, "record", "--take", home / "c1", *BY)
    assert "C-0001 is taken up" in done.stderr
    assert (home / "custody" / "ledgers" / "c-0001.ledger").read_bytes() == (home / "c1").read_bytes()
    before = desk(home).read_bytes()
    assert "nothing was recorded" in said(home, "record", "--take", home / "c1", *BY).stderr
    assert desk(home).read_bytes() == before
    now = told(home)
    assert [one["case"] for one in now["sets"]] == ["sound"]
    assert now["doubts"] == []


def test_the_register_speaks_of_people_and_not_of_seats(home):
    taken(home)
    now = told(home)
    keepers = {sheet["holder"] for sheet in now["sets"][0]["sheets"]}
    assert keepers and not any(keeper[:1].isupper() for keeper in keepers)


def test_what_is_recorded_stands_in_the_ledger_of_the_desk(home):
    taken(home)
    now = told(home)
    sheet = now["sets"][0]["sheets"][0]
    about = (f"set={SET}", "sheet=1", f"person={sheet['holder']}", f"bag={sheet['bag']}")
    said(home, "record", "place.added", "place=berlin-1", "name=Berlin safe", "kind=safe", "site=Berlin", *BY)
    said(home, "record", "sheet.stored", *about, "safe=berlin-1", *BY)
    assert '"ev":"sheet.stored"' in desk(home).read_text()
    assert "Berlin safe" in said(home, "status", code=9).stdout
    refused = said(home, "record", "sheet.handed", f"set={SET}", "sheet=1", "from=max-example", "to=max-example", *BY,
                   code=9)  # fmt: skip
    assert "keeps this sheet" in refused.stderr


def test_every_doubt_is_on_the_first_line_and_in_the_exit_code(home):
    shutil.copy(home / "c1", home / "custody" / "ledgers" / "c-0001.ledger")
    done = said(home, "status", code=9)
    assert done.stderr.splitlines()[0].startswith("DOUBT: C-0001: "), done.stderr
    taken(home)
    with desk(home).open("ab") as file:
        file.write(b'{"by":"max')
    done = said(home, "status", code=9)
    assert done.stderr.splitlines()[0].startswith("DOUBT: desk.ledger: the last line is torn"), done.stderr
    said(home, "record", "note", "text=the line was torn", *BY)  # ends the line and records it
    assert "DOUBT" not in said(home, "ledger", "verify").stderr


def test_a_fork_is_8_for_readers_and_stops_writers(home):
    taken(home)
    copy = home / "custody" / "ledgers" / "stick.ledger"
    shutil.copy(desk(home), copy)
    assert said(home, "ledger", "verify").returncode == 0  # a copy is no fork
    said(home, "record", "note", "text=on the stick", "--ledger", copy, *BY)
    said(home, "record", "note", "text=at the desk", "--ledger", desk(home), *BY)
    for command in (("status",), ("ledger", "verify"), ("record", "note", "text=x", *BY)):
        done = said(home, *command, code=8)
        assert "forks after entry" in done.stdout + done.stderr


def ada_joins(home):
    said(home, "record", "person.joined", "person=ada-example", "name=Ada Example", "since=2026-01-10", *BY)


def forked(home, *, merged):
    """Two copies of the desk's ledger that went on apart, in two files or in one."""
    ada_joins(home)
    taken(home)
    copy = home / "stick.ledger"
    shutil.copy(desk(home), copy)
    said(home, "record", "note", "text=on the stick", "--ledger", copy, *BY)
    said(home, "record", "note", "text=at the desk", "--ledger", desk(home), *BY)
    if merged:
        desk(home).write_bytes(desk(home).read_bytes() + copy.read_bytes())
    else:
        copy.rename(home / "custody" / "ledgers" / "stick.ledger")


@pytest.mark.parametrize(
    "case", sampled(list(product((False, True), (0, 1))), 0, always=[(False, 0), (True, 1)], ids=str)
)
def test_two_people_choose_a_branch_of_a_fork_and_what_the_other_said_is_shown(home, case):
    merged, wanted = case
    forked(home, merged=merged)
    shown = said(home, "ledger", "verify", code=8).stderr
    heads = [line.split()[0] for line in shown.splitlines() if line.startswith("  ")]
    assert len(heads) == 2
    two = ("--approved", "ada-example", "--approved", "max-example")
    refused = said(home, "ledger", "verify", "--settle", heads[0], *two[:2], code=2)
    assert "fewer than two people" in refused.stderr
    assert "no branch" in said(home, "ledger", "verify", "--settle", "0" * 12, *two, code=2).stderr
    before = desk(home).read_bytes()
    asked = said(home, "ledger", "verify", "--settle", heads[wanted], *two, code=6)
    assert "nobody is at a terminal" in asked.stderr
    settle = ("ledger", "verify", "--settle", heads[wanted], *two)
    assert settled(home / "custody", *settle, answers=("yes", "no"))[0] == 130
    assert desk(home).read_bytes() == before
    code, shown = settled(home / "custody", *settle)
    assert code == 0, shown
    kept = desk(home).read_text()
    texts = {"on the stick", "at the desk"}
    (left,) = [text for text in texts if text in shown]
    assert left not in kept and (texts - {left}).pop() in kept
    status = told(home)
    assert status["doubts"] == []
    assert "that said note, by Ada Example and max-example" in status["left_out"][0]
    assert [one["what"] for one in status["now"]].count(f"left out: {status['left_out'][0]}") == 1
    said(home, "record", "note", f"text={left}", *BY)


def test_whoever_left_by_a_branch_that_would_be_left_does_not_choose_the_other(home):
    ada_joins(home)
    taken(home)
    copy = home / "stick.ledger"
    shutil.copy(desk(home), copy)
    yesterday = str(clock.day() - dt.timedelta(1))
    said(home, "record", "left", "ada-example", "reason=dismissed", f"until={yesterday}", "--ledger", copy, *BY)
    said(home, "record", "note", "text=at the desk", "--ledger", desk(home), *BY)
    copy.rename(home / "custody" / "ledgers" / "stick.ledger")
    shown = said(home, "ledger", "verify", code=8).stderr
    for head in (row.split()[0] for row in shown.splitlines() if row.startswith("  ")):
        refused = said(
            home, "ledger", "verify", "--settle", head, "--approved", "ada-example", "--approved", "max-example", code=8
        )
        assert "error: Ada Example left on " in refused.stderr
    said(home, "ledger", "verify", code=8)


def test_an_older_copy_on_another_computer_is_chosen_by_two_and_the_doubt_ends(home, monkeypatch, tmp_path):
    """Only a ceremony that is here tells that the desk has lost entries: this computer has never seen them."""
    ada_joins(home)
    taken(home)
    before = desk(home).read_bytes()
    said(home, "record", "note", "text=lost later", *BY)
    opened = (
        "open",
        "ceremony=C-0009",
        "kind=drill",
        f"continues={desk(home)}",
        "--ledger",
        home / "c9",
        "--by",
        "ADM",
        "--wit",
        "WIT",
    )
    said(home, "record", *opened)
    said(home, "record", "close", "--ledger", home / "c9", "--by", "ADM", "--wit", "WIT")
    desk(home).write_bytes(before)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    said(home, "record", "--take", home / "c9", *BY, code=8)
    shutil.copy(home / "c9", home / "custody" / "ledgers" / "c-0009.ledger")
    told_ = said(home, "ledger", "verify", code=8).stderr
    assert "C-0009: it began after entries that are not here" in told_
    (chosen,) = re.findall(r"choose this one: splitkit (ledger verify --settle \w+)", told_)
    _, shown = settled(home / "custody", *chosen.split(), "--approved", "ada-example", "--approved", "max-example")
    assert "older copy" not in said(home, "ledger", "verify", code=9).stderr, shown
    said(home, "record", "--take", home / "c9", *BY)
    assert said(home, "ledger", "verify").returncode == 0


def test_people_choose_only_what_there_is_to_choose(home):
    ada_joins(home)
    two = ("--approved", "ada-example", "--approved", "max-example")
    head = json.loads(said(home, "ledger", "verify", "--json").stdout)["hash"][:12]
    assert "no ledger of this folder forks" in said(home, "ledger", "verify", "--settle", head, *two, code=2).stderr
    assert "which branch they have chosen" in said(home, "ledger", "verify", *two, code=2).stderr


def test_what_the_desk_took_up_must_be_there(home):
    taken(home)
    (home / "custody" / "ledgers" / "c-0001.ledger").unlink()
    assert "are not here" in said(home, "status", code=8).stderr


@pytest.mark.parametrize("event", sorted(SEEN - FROM_PAPER))
def test_what_the_program_sees_is_recorded_by_nobody_else(event, tmp_path):
    done = run("record", event, *BY, cwd=tmp_path)
    assert done.returncode == 2
    told = done.stderr
    assert f"'{event}' is what the program sees: nobody can say it" in told
    assert "hint: " in told


def test_a_reading_in_full_cannot_be_said(home):
    taken(home)
    before = desk(home).read_bytes()
    about = (f"set={SET}", "sheet=1", "use=drill", "source=scan", "result=sound")
    refused = said(home, "record", "sheet.read", *about, *BY, code=2)
    assert "splitkit ceremony drill SCAN" in refused.stderr
    assert desk(home).read_bytes() == before


def test_what_was_done_without_a_ledger_is_entered_from_paper_and_says_so(home):
    taken(home)
    ada_joins(home)
    done = [
        ("request", "task=the phone was lost", "requested_by=ada-example,max-example"),
        ("intent", "intent=N-PAPER-1", "act=reveal", "purpose=the phone was lost", f"set={SET}"),
        ("reveal", f"set={SET}", "purpose=the phone was lost", "released_by=ada-example,max-example",
         "seen_by=ada-example,max-example", "seconds=60", "way=screen"),
        ("outcome", "intent=N-PAPER-1", "result=done"),
        ("override", "check=unrecorded", "reason=the disk was full", "approved=ada-example,max-example"),
    ]  # fmt: skip
    for event, *fields in done:
        shown = said(home, "record", event, *fields, *BY).stderr
        assert ("the program saw nothing of it" in shown) == (event in SEEN)
    written = [json.loads(one) for one in desk(home).read_text().splitlines()[-len(done) :]]
    assert [one["saw"] for one in written] == [False] * len(done)
    shown = said(home, "ledger", "show", desk(home)).stdout
    assert [line.split()[3] for line in shown.splitlines() if " reveal " in line] == ["said"]
    assert told(home)["findings"] == []


def test_a_hand_written_reading_is_named_and_counts_for_nothing(home):
    taken(home)
    before = told(home)["sets"]
    lines = desk(home).read_bytes().splitlines()
    about = {"set": SET, "sheet": "1", "use": "drill", "source": "scan", "result": "sound"}
    for saw, data in ((False, about), (False, {**about, "sheet": "2"})):
        lines = going_on(lines, "sheet.read", data, saw=saw, by="max-example", wit="", t="2026-11-24T08:00:00Z")
    desk(home).write_bytes(joined(lines))
    shown = said(home, "ledger", "verify", code=9).stdout
    assert shown.count("'sheet.read' counts only where the program saw it") == 2
    assert told(home)["sets"] == before


def test_a_ledger_of_before_is_refused_in_one_sentence(home):
    taken(home)
    entries = map(json.loads, desk(home).read_bytes().splitlines())
    old = [spelt({key: value for key, value in one.items() if key != "saw"}) for one in entries]
    (home / "old").write_bytes(joined(old))
    sentence = "this ledger is of an older splitkit, whose entries do not say what the program saw and what people said"
    for command in (
        ("ledger", "verify", home / "old"),
        ("ledger", "show", home / "old"),
        ("record", "--take", home / "old", *BY),
    ):
        refused = said(home, *command, code=3)
        assert [line for line in refused.stderr.splitlines() if line.startswith("error: ")] == [f"error: {sentence}"]
    desk(home).write_bytes(joined(old))
    assert sentence in said(home, "status", code=8).stderr


def test_a_ledger_that_would_put_the_folder_in_doubt_is_not_taken_up(home):
    taken(home)
    before = {path.name: path.read_bytes() for path in desk(home).parent.iterdir()}
    lines = (home / "c1").read_bytes().splitlines(keepends=True)
    (home / "altered").write_bytes(b"".join([*lines[:-1], lines[-1].replace(b"2026", b"2027", 1)]))
    (home / "other").write_bytes(desk(home).read_bytes())
    for name, code in (("altered", 8), ("other", 2)):
        said(home, "record", "--take", home / name, *BY, code=code)
        assert {path.name: path.read_bytes() for path in desk(home).parent.iterdir()} == before


def test_yesterdays_copy_is_known_to_the_computer_that_saw_more_and_two_people_may_choose_it(home):
    ada_joins(home)
    yesterday = desk(home).read_bytes()
    said(home, "record", "note", "text=today", *BY)
    desk(home).write_bytes(yesterday)
    for command in (("status",), ("ledger", "verify"),
                    ("record", "note", "text=more", *BY)):  # fmt: skip
        done = said(home, *command, code=8)
        assert "this computer saw entries of this folder that are gone" in done.stderr.splitlines()[0]
    assert (
        "entries of this folder that are gone" in json.loads(said(home, "status", "--json", code=8).stdout)["doubts"][0]
    )
    elsewhere = environment(XDG_STATE_HOME=str(home / "elsewhere"))
    assert said(home, "status", env=elsewhere, code=9)
    assert desk(home).read_bytes() == yesterday
    head = said(home, "ledger", "verify", code=8).stderr.partition("--settle ")[2].split()[0]
    two = ("--approved", "ada-example", "--approved", "max-example")
    assert settled(home / "custody", "ledger", "verify", "--settle", head, *two)[0] == 0
    assert "nobody has seen" in told(home)["left_out"][0]
    assert said(home, "status", code=9)


def test_a_computer_that_cannot_keep_what_it_saw_says_so_and_goes_on(home):
    (home / "file").write_text("no folder")
    done = said(home, "status", env=environment(XDG_STATE_HOME=str(home / "file")), code=9)
    assert done.stderr.count("note: this computer does not keep the last head it saw") == 1
    for content in (b"", b"[1]", b'{"x": 1}', b"[" * 50_000):
        (home / "state" / "splitkit").mkdir(parents=True, exist_ok=True)
        (home / "state" / "splitkit" / "heads.json").write_bytes(content)
        assert said(home, "status", env=environment(XDG_STATE_HOME=str(home / "state")), code=9)


def test_a_rehearsal_never_comes_into_a_real_folder(home):
    written(home / "rehearsed", whole(plan_of("2of3")))
    before = desk(home).read_bytes()
    refused = said(home, "record", "--take", home / "rehearsed", *BY, code=9)
    assert "this is of a rehearsal" in refused.stderr
    assert (desk(home).read_bytes(), len(list(desk(home).parent.iterdir()))) == (before, 1)
    shutil.copy(
        home / "rehearsed", desk(home).with_name("c-0001.ledger")
    )  # by hand, and into the ledger of the desk too
    head = hashed((home / "rehearsed").read_bytes().splitlines()[-1])
    taken_by_hand = going_on(before.splitlines(), "ledger.taken", {"ledger": "C-0001", "head": head}, by=BY[1], wit="")
    for content in (before, joined(taken_by_hand)):
        desk(home).write_bytes(content)
        told = said(home, "status", code=9)
        assert told.stderr.startswith("DOUBT: C-0001: it is of a rehearsal")
        assert "no set was recorded" in told.stdout


def test_all_ledgers_gone_is_no_empty_custody(home):
    taken(home)
    for path in desk(home).parent.iterdir():
        path.unlink()
    said(home, "ledger", "verify", code=8)
    assert "the ledger of the desk is not here" in said(home, "status", code=8).stderr


def test_whole_entries_that_something_was_added_to_are_not_buried_as_a_torn_line(home):
    taken(home)
    said(home, "record", "note", "text=seen", *BY)
    whole = desk(home).read_bytes()
    desk(home).write_bytes(whole[:-1] + b" \n")
    elsewhere = environment(XDG_STATE_HOME=str(home / "elsewhere"))  # here, this computer saw the entry
    assert (
        "is not written as splitkit writes it"
        in said(home, "record", "note", "text=more", *BY, code=8, env=elsewhere).stderr
    )


@pytest.mark.parametrize("behind", [b"", b" "], ids=["as they were", "with a space"])
def test_whole_entries_that_a_torn_entry_passes_over_are_not_lost_in_silence(home, behind):
    taken(home)
    before = desk(home).read_bytes().splitlines()
    said(home, "record", "note", "text=seen", *BY)
    said(home, "record", "note", "text=seen again", *BY)
    buried = b"\n".join(one + behind for one in desk(home).read_bytes().splitlines()[len(before) :])
    desk(home).write_bytes(joined([*before, buried, torn_line(before, buried)]))
    elsewhere = environment(XDG_STATE_HOME=str(home / "elsewhere"))  # here, this computer saw the entries
    for command in ("status",), ("ledger", "verify"), ("record", "note", "text=more", *BY):
        assert "DOUBT" in said(home, *command, code=8, env=elsewhere).stderr.splitlines()[0]


def test_an_entry_of_a_day_that_has_not_come_is_a_doubt(home):
    before = desk(home).read_bytes().splitlines()
    ahead = line(len(before) + 1, hashed(before[-1]), "note", {"text": "x"}, t="2999-01-01T00:00:00Z")
    desk(home).write_bytes(joined([*before, ahead]))
    assert "dated later than today" in said(home, "status", code=9).stderr.splitlines()[0]


def test_a_ledger_of_somebody_else_in_the_folder_is_refused(home):
    desk(home).chmod(0o666)
    assert "others than you can write 'desk.ledger'" in said(home, "status", code=6).stderr


def test_a_correction_counts_for_its_own_ledger_however_the_folder_is_ordered(home):
    said(home, "record", "note", "text=a", *BY)
    lost = {"set": "9" * 32, "sheet": "1", "circumstances": "gone"}  # written by a hand that asked no register
    desk(home).write_bytes(joined(going_on(desk(home).read_bytes().splitlines(), "sheet.lost", lost, by=BY[1], wit="")))
    taken(home)
    assert "entry 4" in told(home)["findings"][0]
    said(home, "record", "correction", "seq=4", "text=it was not lost", *BY)
    assert told(home)["findings"] == []


@pytest.mark.parametrize(
    ("spoil", "code", "fact"),
    [
        (lambda folder: (folder / "splitkit.toml").unlink(), 2, "no custody folder is here"),
        (lambda folder: folder.chmod(0o777), 6, "others than you can write"),
        (lambda folder: (folder / "splitkit.toml").chmod(0o666), 6, "others than you can write"),
        (lambda folder: (folder / "ledgers").rename(folder / "gone"), 7, "could not be read"),
        (
            lambda folder: (folder / "ledgers" / "x.ledger").mkdir(),
            8,
            "x.ledger' is not a regular file",
        ),
        (lambda folder: (folder / "ledgers" / "x.ledger").write_text("no ledger"), 8, "x.ledger"),
    ],
)
def test_a_folder_that_is_not_as_it_was_made_is_refused_in_words(home, spoil, code, fact):
    spoil(home / "custody")
    done = said(home, "status", code=code)
    assert fact in done.stderr and "hint:" in done.stderr
    (home / "custody").chmod(0o700)


def test_the_words_on_paper_vouch_for_the_entries_up_to_them(home):
    words = " ".join(line.split(maxsplit=1)[1] for line in said(home, "ledger", "verify").stdout.splitlines()
                     if line.startswith("L "))  # fmt: skip
    taken(home)
    assert "vouch for 2, and not for the other" in said(home, "ledger", "verify", "--head", words).stdout
    other = " ".join(["academic"] * 12)
    assert "in none of these ledgers" in said(home, "ledger", "verify", "--head", other, code=8).stdout


def head_words_of(home):
    """The words of the desk as it stands, as somebody wrote them down."""
    return " ".join(head_of(desk(home).read_bytes().splitlines()))


def recorded(home):
    shown = said(home, "status", code=9)
    line = " ".join(shown.stdout.partition("\nRECORD\n")[2].partition("\n  to be compared")[0].split())
    return line, told(home)["record"]


def test_it_is_recorded_who_compared_the_words_on_paper_and_every_status_says_so(home):
    taken(home)
    ada_joins(home)
    line, data = recorded(home)
    assert line.endswith("never compared with paper")
    assert (data["vouched"], data["compared"], data["by"]) == (0, None, [])
    words, head, before = head_words_of(home), hashed(desk(home).read_bytes().splitlines()[-1]), data["entries"]
    assert f"head {head[:12]}" in line and data["head"] == head
    told = said(home, "ledger", "verify", "--head", words)
    assert "--by PERSON" in told.stderr and "never compared" in told.stdout  # it is offered, and not done by itself
    two = ("--by", "ada-example", "--wit", "max-example")
    said(home, "ledger", "verify", "--head", words, *two)
    entry = json.loads(desk(home).read_bytes().splitlines()[-1])
    assert (entry["ev"], entry["d"], entry["saw"]) == ("head.compared", {"head": head}, False)
    assert (entry["by"], entry["wit"]) == two[1::2]
    line, data = recorded(home)
    assert line.endswith(f"compared with paper on {entry['t'][:10]} by Ada Example and max-example, 1 entry since")
    assert (data["entries"], data["vouched"], data["by"]) == (before + 1, before, list(two[1::2]))
    assert "recorded already" in said(home, "ledger", "verify", "--head", words, *two).stderr
    said(home, "record", "note", "text=more", *BY)
    assert recorded(home)[0].endswith(", 2 entries since")
    said(home, "audit", "--out", home / "pack")
    assert json.loads((home / "pack" / "audit.json").read_text())["record"] == recorded(home)[1]


def test_the_comparison_that_vouched_for_most_counts_and_none_with_words_of_nothing(home):
    taken(home)
    ada_joins(home)
    said(home, "ledger", "verify", "--head", head_words_of(home), "--by", "ada-example")
    best = recorded(home)[1]["vouched"]
    first = " ".join(head_of(desk(home).read_bytes().splitlines()[:1]))
    said(home, "ledger", "verify", "--head", first, "--by", "max-example")
    assert recorded(home)[1]["by"] == ["ada-example"]
    lines = desk(home).read_bytes().splitlines()
    own = hashed(lines[-1][:-1])
    for head in ("0" * 64, own):
        lines = going_on(lines, "head.compared", {"head": head}, by="max-example", wit="", t="2026-11-24T08:00:00Z")
    desk(home).write_bytes(joined(lines))
    assert recorded(home)[1]["vouched"] == best


@pytest.mark.parametrize(
    ("arguments", "code", "fact"),
    [
        (("--by", "ada-example"), 2, "no words from paper"),
        (("--head", "WORDS", "--wit", "ada-example"), 2, "it was not said who"),
        (("--head", "WORDS", "--by", "ada-example", "ledgers/desk.ledger"), 2, "recorded in a custody folder"),
        (("--head", " ".join(["academic"] * 12), "--by", "ada-example"), 8, ""),
        (("--head", "WORDS", "--by", "Not A Seat!"), 9, "nobody is called"),
    ],
)
def test_a_comparison_that_cannot_be_is_not_recorded(home, arguments, code, fact):
    before, words = desk(home).read_bytes(), head_words_of(home)
    refused = said(home, "ledger", "verify", *(words if one == "WORDS" else one for one in arguments), code=code)
    assert fact in refused.stderr
    assert desk(home).read_bytes() == before
    assert "ledger verify --head" in said(home, "record", "head.compared", f"head={'0' * 64}", *BY, code=2).stderr


def test_an_auditor_gets_every_ledger_of_the_folder(home):
    taken(home)
    said(home, "audit", "--out", home / "pack")
    assert {path.name for path in (home / "pack").iterdir()} == {
        "accesses.pdf", "audit.pdf", "holdings.pdf", "audit.json", "c-0001.ledger", "desk.ledger",
    }  # fmt: skip
    told = json.loads((home / "pack" / "audit.json").read_text())
    assert [one["file"] for one in told["ledgers"]] == ["c-0001.ledger", "desk.ledger"]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("name = 1", "missing, or no text"), ("", "missing, or no text"), ('name = "x"\npaper = "a3"', "neither a4"),
        ('name = "x"\nrun = "rm"', "does not know"),
        ("name = ", "not valid TOML"), ('name = "+49 170 1234567"', "phone number"),
    ],
)  # fmt: skip
def test_settings_are_read_strictly(text, fact):
    from splitkit.custody.folder import parse_settings
    from splitkit.errors import UsageError

    with pytest.raises(UsageError, match=fact):
        parse_settings(text.encode())


def test_settings_are_read_as_they_were_written():
    from splitkit.custody.folder import Settings, parse_settings, settings_toml
    from splitkit.paper.geometry import Paper

    for settings in (Settings("Example AG"), Settings('A "quoted\\" name', Paper.LETTER)):
        assert parse_settings(settings_toml(settings)) == settings


def test_a_folder_for_rehearsals_takes_up_nothing_real(tmp_path):
    done = run("init", "custody", "--name", "Example AG", "--by", "Ada Example", "--practice", cwd=tmp_path)
    assert (done.returncode, "for rehearsals" in done.stdout) == (0, True)
    for name, practice in (("rehearsed", True), ("real", False)):
        written(tmp_path / name, whole(plan_of("2of3", practice=practice)))
    home = tmp_path / "custody"
    by = ("--by", "Ada Example")
    refused = run("record", "--take", "../real", *by, cwd=home)
    assert (refused.returncode, "the folder is for rehearsals" in refused.stderr) == (9, True)
    assert run("record", "--take", "../rehearsed", *by, cwd=home).returncode == 0
    status = run("status", cwd=home)
    assert (status.returncode, status.stderr.count("DOUBT")) == (9, 0), status.stderr
    shutil.copy(tmp_path / "real", home / "ledgers" / "c-0002.ledger")
    doubted = run("status", cwd=home)
    assert (doubted.returncode, "it is of a real ceremony" in doubted.stderr) == (9, True)


def test_two_ceremonies_of_one_code_are_named(home):
    taken(home)
    head = written(home / "custody" / "ledgers" / "other.ledger", [opened(ceremony="C-0001")])
    lines = going_on(
        desk(home).read_bytes().splitlines(), "ledger.taken", {"ledger": "C-0001", "head": head}, by=BY[1], wit=""
    )
    desk(home).write_bytes(joined(lines))
    for command in ("status",), ("ledger", "verify"):
        assert "DOUBT: C-0001: two ceremonies have this code" in said(home, *command, code=9).stderr
