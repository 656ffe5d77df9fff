"""The ledgers of a folder in one order: against a model of writers who copy files, and share no code with the product."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitkit.ledger import branches
from splitkit.ledger.branches import judge_folder, up_to, wrong_of
from splitkit.ledger.chain import decode_line, head_words
from tests.support import sampling
from tests.support.ledgers import FINGERPRINT, SEEN


def order(files):
    """The order of a folder in which everybody has one id."""
    return branches.order(
        files, lambda placed, _others: {one.entry.hash for one in placed if _by_two(one.entry)}, _put_right
    )


def _by_two(entry):
    return entry.event == "fork.settled" and len({*entry.data.fields()["approved"]} - {"SPLITKIT"}) > 1


def _put_right(placed, wrong):
    """Whatever a note says is right is right."""
    right = {one.entry.data.text: one.entry.time for one in placed if one.entry.event == "note"}
    return [one for one in wrong if right.get(f"{one.sheet or 'drill'} is right", "") > one.time]


# What stands in a file, written here anew: an entry is one line of JSON, named by a hash that the next one holds.


def line(seq, previous, event, at="08:00:00", **data):
    entry = {
        "by": "ADM",
        "d": data,
        "ev": event,
        "prev": previous,
        "seq": seq,
        "t": f"2026-11-27T{at}Z",
        "wit": "",
        "saw": event in SEEN,
    }
    return json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()


def digest(one):
    return hashlib.sha256(b"splitkit/1 ledger\n" + one).hexdigest()


def begun(name, kind, previous="0" * 64):
    return [line(1, previous, "open", ceremony=name, format=1, kind=kind, practice=False, version="0.1.0")]


def added(lines, event, **data):
    return [*lines, line(len(lines) + 1, digest(lines[-1]), event, **data)]


def said(lines, *texts):
    for text in texts:
        lines = added(lines, "note", text=text)
    return lines


def taken(desk, ceremony, name="C-1"):
    return added(desk, "ledger.taken", ledger=name, head=digest(ceremony[-1]))


def settled(desk, kept, left):
    return added(desk, "fork.settled", kept=digest(kept[-1]), left=digest(left[-1]), approved=["ADM", "C1"])


def ordered(**ledgers):
    return order({name: b"".join(one + b"\n" for one in lines) for name, lines in ledgers.items()})


def texts(found):
    return [one.entry.data.text for one in found.placed if one.entry.event == "note"]


def doubts(found):
    return [(doubt.where, doubt.exit_code) for doubt in found.doubts]


DESK, ONE, TWO = begun("DESK", "desk"), begun("C-1", "split"), begun("C-2", "drill")


# --- stories ----------------------------------------------------------------------------------------------------------


def test_two_ceremonies_at_once_count_in_the_order_in_which_the_desk_took_them_up():
    one, two = said(ONE, "a"), said(TWO, "b")
    desk = said(taken(said(taken(said(DESK, "x"), two, "C-2"), "y"), one), "z")
    found = ordered(one=one, desk=desk, two=two)
    assert (texts(found), found.doubts, found.exit_code) == (["x", "b", "y", "a", "z"], (), 0)
    assert {one.ledger for one in found.placed} == {digest(ledger[0]) for ledger in (DESK, ONE, TWO)}


def test_a_ceremony_in_flight_counts_as_far_as_it_was_taken_up():
    early, late = said(ONE, "a"), said(ONE, "a", "b")
    found = ordered(one=late, desk=said(taken(DESK, early), "x"))
    assert (texts(found), doubts(found)) == (["a", "x"], [("C-1", 9)])
    assert "1 entry that is not in the record of the folder yet" in str(found.doubts[0])
    again = ordered(one=late, desk=taken(said(taken(DESK, early), "x"), late))
    assert (texts(again), again.doubts) == (["a", "x", "b"], ())


def test_a_copy_from_yesterday_takes_nothing_away_and_a_merge_counts_nothing_twice():
    one = said(ONE, "a")
    desk = said(taken(DESK, one), "x", "y")
    for files in ({"copy": desk[:2]}, {"copy": desk}):
        found = ordered(desk=desk, one=one, **files)
        assert (texts(found), found.doubts) == (["a", "x", "y"], ())
    for files in ({"merged": desk[:3] + desk}, {"merged": desk + one + desk}):
        found = ordered(desk=desk, one=one, **files)
        assert (texts(found), doubts(found)) == (["a", "x", "y"], [("merged", 9)])


def test_what_was_taken_up_of_a_ledger_counts_though_it_forks():
    one, other = said(ONE, "a", "b", "c"), said(ONE, "x")
    early = taken(DESK, said(ONE, "a", "b"))
    found = ordered(desk=early, one=one, other=other)
    assert (texts(found), found.exit_code) == (["a", "b"], 8)
    assert any("it forks after entry 1 into 2" in str(doubt) for doubt in found.doubts)
    assert texts(ordered(desk=taken(early, other), one=one, other=other)) == []
    chosen = settled(early, other, one)
    assert texts(ordered(desk=taken(chosen, other), one=one, other=other)) == ["x"]


SET = "5f" * 16
MADE = {
    "set": SET,
    "fingerprint": FINGERPRINT,
    "policy": "2of3",
    "epoch": 1,
    "recipient": "0" * 32,
    "practice": False,
    "sheets": 3,
}
READ = {"set": SET, "sheet": "1", "use": "drill", "source": "scan"}
DRILL = {"set": SET, "sheets": ["1", "2"], "way": "verify"}


@pytest.mark.parametrize(
    ("wrong", "which"),
    [
        (("sheet.read", {**READ, "result": "forged"}), "1"),
        (("sheet.read", {**READ, "result": "damaged"}), "1"),
        (("drill", {**DRILL, "result": "fail"}), "drill"),
    ],
)
def test_what_a_branch_saw_go_wrong_is_told_after_it_was_left_until_it_is_right(wrong, which):
    right, not_right = ({"text": f"{one} is right"} for one in (which, "2"))
    begins = added(DESK, "set.made", **MADE)
    here, there = said(begins, "here"), added(begins, wrong[0], at="09:00:00", **wrong[1])
    chosen = settled(here, here, there)
    told = [("a branch that was left", 9)]
    wrongs = wrong_of([decode_line(line) for line in there])
    alone = added(
        here, "fork.settled", kept=digest(here[-1]), left=digest(there[-1]), approved=["ADM", "C1"], amiss=wrongs
    )
    assert doubts(ordered(desk=alone)) == told, "its file is gone"
    assert str(ordered(desk=alone).doubts[0]) == str(ordered(desk=chosen, stick=there).doubts[0])
    assert doubts(ordered(desk=added(alone, "note", at="10:00:00", **right))) == []
    assert doubts(ordered(desk=added(alone, "note", at="08:30:00", **right))) == told
    assert doubts(ordered(desk=chosen, stick=there)) == told
    assert doubts(ordered(desk=added(chosen, "note", at="08:30:00", **right), stick=there)) == told
    assert doubts(ordered(desk=added(chosen, "note", at="10:00:00", **not_right), stick=there)) == told
    assert doubts(ordered(desk=added(chosen, "note", at="10:00:00", **right), stick=there)) == []


def test_more_branches_than_are_told_apart_are_a_doubt_whatever_was_chosen():
    branches = [said(DESK, str(number)) for number in range(20)]
    found = ordered(**{f"f{number}": lines for number, lines in enumerate(branches)})
    assert any("more than 16 branches" in str(doubt) for doubt in found.doubts)
    assert found.exit_code == 8


@pytest.mark.parametrize("approved", [[], ["ADM"], ["ADM", "ADM"], ["ADM", "SPLITKIT"]])
def test_a_fork_that_fewer_than_two_people_settled_is_not_settled(approved):
    kept, left = said(DESK, "here"), said(DESK, "there")
    chosen = added(kept, "fork.settled", kept=digest(kept[-1]), left=digest(left[-1]), approved=approved)
    assert ordered(desk=chosen, stick=left).exit_code == 8


def test_the_words_of_a_ceremony_vouch_for_that_ceremony_alone():
    one = said(ONE, "a")
    desk = taken(said(DESK, "x", "y"), one)
    files = {"one": b"".join(entry + b"\n" for entry in one), "desk": b"".join(entry + b"\n" for entry in desk)}
    of_one, of_desk = (head_words(digest(lines[-1])) for lines in (one, desk))
    assert "vouch for 2, and not for the other 4" in judge_folder(order(files), of_one).fact
    assert "vouch for all of them" in judge_folder(order(files), of_desk).fact


def test_a_desk_that_is_an_older_copy_is_seen_by_the_ceremony_that_began_after_it():
    desk = said(DESK, "x", "y")
    one = said(begun("C-1", "drill", digest(desk[-1])), "a")
    assert doubts(ordered(desk=desk[:2], one=one)) == [("C-1", 9), ("C-1", 8)]
    assert doubts(ordered(desk=taken(desk, one), one=one)) == []


def test_what_the_desk_took_up_must_be_here():
    one = said(ONE, "a", "b")
    desk = taken(DESK, one)
    for files in ({}, {"one": one[:2]}):
        found = ordered(desk=desk, **files)
        assert found.exit_code == 8
        assert ("C-1", 8) in doubts(found)


def test_a_ceremony_that_is_gone_hides_nothing_that_came_after_it():
    one, two = said(ONE, "a"), said(TWO, "b")
    desk = said(taken(said(taken(said(DESK, "x"), one), "y"), two, "C-2"), "z")
    found = ordered(desk=desk, two=two)
    assert (texts(found), doubts(found)) == (["x", "y", "b", "z"], [("C-1", 8)])


def test_a_fork_stops_until_two_people_have_chosen_a_branch():
    kept, left = said(DESK, "both", "here"), said(DESK, "both", "there", "twice")
    for files in ({"desk": kept, "stick": left}, {"merged": kept + left[2:]}):
        found = ordered(**files)
        mingled = [(name, 9) for name in files if name == "merged"]
        assert (texts(found), doubts(found), len(found.forks)) == (["both"], [*mingled, ("DESK", 8)], 1)
        chosen = ordered(**files, again=said(settled(kept, kept, left), "on"))
        assert (texts(chosen), doubts(chosen), chosen.forks) == (["both", "here", "on"], mingled, ())
        assert [branch.head for branch in chosen.left] == [digest(left[-1])]


def test_a_branch_that_was_left_and_goes_on_is_a_fork_again():
    kept, left = said(DESK, "here"), said(DESK, "there")
    desk = settled(kept, kept, left)
    assert ordered(desk=desk, stick=left).exit_code == 0
    assert doubts(ordered(desk=desk, stick=said(left, "on"))) == [("DESK", 8)]


def test_each_branch_of_a_fork_that_leaves_out_the_other_settles_nothing():
    kept, left = said(DESK, "here"), said(DESK, "there")
    found = ordered(desk=settled(kept, kept, left), stick=settled(left, left, kept))
    assert doubts(found) == [("DESK", 8)]


def test_a_ceremony_that_forked_is_settled_by_the_desk():
    kept, left = said(ONE, "here"), said(ONE, "there")
    desk = taken(taken(DESK, left), kept)
    assert doubts(ordered(desk=desk, one=kept, other=left)) == [("C-1", 8)]
    found = ordered(desk=settled(desk, kept, left), one=kept, other=left)
    assert (texts(found), found.doubts) == (["here"], ())


def refused(found):
    return [one.entry.data.why.fact for one in found.placed if hasattr(one.entry.data, "why")]


def test_what_takes_up_no_ceremony_of_that_code_counts_for_nothing():
    desk, ceremony = begun("DESK", "desk"), said(begun("C-1", "split"), "a")
    for wrong, fact in (
        (taken(desk, ceremony, "C-2"), "is C-1, and not C-2"),
        (taken(desk, desk), "the ledger of a desk"),
    ):
        found = ordered(desk=wrong, one=ceremony)
        assert [fact in one for one in refused(found)] == [True]
        assert doubts(found) == [("C-1", 9)]
        assert any(fact in one for one in judge_folder(found).findings)
    assert refused(ordered(desk=taken(desk, ceremony), one=ceremony)) == []


def test_what_settles_no_fork_counts_for_nothing():
    desk = said(begun("DESK", "desk"), "a", "b")
    ceremony = said(begun("C-1", "split"), "a")
    both = taken(desk, ceremony)
    for kept, left in (
        (both, desk),
        (both, both),
        (both, ceremony),
        (ceremony, ceremony[:1]),
        ([*both, b"gone"], [b"x"]),
    ):
        found = ordered(desk=settled(both, kept, left), one=ceremony)
        assert ["it settles no fork" in one for one in refused(found)] == [True]
        assert found.exit_code == 0
    lost = ordered(desk=settled(both, both, [b"what this computer saw, and is not here"]), one=ceremony)
    assert refused(lost) == [] and len(lost.choices) == 1


def test_a_head_stands_for_its_own_ledger_and_for_what_that_took_up():
    one, two = said(ONE, "a", "b"), said(TWO, "c")
    desk = said(taken(said(taken(said(DESK, "x"), one), "y"), two, "C-2"), "z")
    entries = [placed.entry for placed in ordered(desk=desk, one=one, two=two).placed]

    def reaches(line):
        (last,) = [entry for entry in entries if entry.hash == digest(line)]
        return [entry.data.text for entry in up_to(entries, last) if entry.event == "note"]

    assert reaches(desk[-1]) == ["x", "a", "b", "y", "c", "z"]
    assert reaches(desk[3]) == ["x", "a", "b", "y"]
    assert reaches(one[1]) == ["a"]
    assert reaches(two[-1]) == ["c"]


def test_an_entry_follows_the_one_whose_number_is_one_less():
    desk = said(DESK, "x")
    skipped = line(3, digest(desk[0]), "note", text="y")
    for lines in ([*desk, skipped], [desk[0], skipped]):
        found = ordered(desk=lines)
        assert [code for _, code in doubts(found)] == [8]
        assert "y" not in texts(found)


def test_two_desks_and_none():
    other = begun("OTHER", "desk")
    assert doubts(ordered(desk=DESK, other=other)) == [("OTHER", 8)]
    assert ("desk", 8) in doubts(ordered(one=ONE))
    assert doubts(order({})) == [("desk", 8)]


def test_what_is_damaged_is_named_and_hides_nothing_else():
    desk = said(DESK, "x")
    torn = order({"desk": b"\n".join(desk) + b"\n" + desk[-1][:30], "x": b"no ledger"})
    assert doubts(torn) == [("desk", 9), ("x", 8)] and texts(torn) == ["x"]
    space = order({"desk": b"\n".join(desk) + b" \n"})
    assert doubts(space) == [("desk", 8)]  # no crash leaves that behind
    middle = order({"desk": b"\n".join([desk[0], b"{}", desk[1]]) + b"\n"})
    assert [code for _, code in doubts(middle)] == [8]


# --- a model ----------------------------------------------------------------------------------------------------------


@dataclass
class Copy:
    """One copy of the folder: of each ledger the names of what it says, in order."""

    ledgers: dict[str, tuple[str, ...]] = field(default_factory=dict)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["say", "take", "copy", "copy all"]),
        st.sampled_from([0, 1]),
        st.sampled_from(["DESK", "C-1", "C-2"]),
    ),
    max_size=30,
)


def walked(moves):
    """Play what two copies of a folder go through; a thing said is a number, a taking up is the ceremony and its length."""
    copies = [Copy(dict.fromkeys(("DESK", "C-1", "C-2"), ())) for _ in range(2)]
    for number, (move, at, name) in enumerate(moves):
        here, there = copies[at].ledgers, copies[1 - at].ledgers
        if move == "say":
            here[name] += (number,)
        elif move == "take" and name != "DESK":
            here["DESK"] += ((name, here[name]),)
        elif move == "copy":
            there[name] = here[name]
        elif move == "copy all":
            there.update(here)
    return [copy.ledgers for copy in copies]


def written(name, says):
    lines = begun(name, "desk" if name == "DESK" else "split")
    for one in says:
        lines = taken(lines, written(*one), one[0]) if type(one) is tuple else said(lines, f"said {one}")
    return lines


def beginning(one, other):
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return one[:same]


def expected(copies):
    """What the model says: the texts in their order, the ledgers that fork, those that lack something."""
    one, other = copies
    forks = {name for name in one if beginning(one[name], other[name]) not in (one[name], other[name])}
    whole = {name: beginning(one[name], other[name]) if name in forks else max(one[name], other[name], key=len)
             for name in one}  # fmt: skip
    known = {name: [one[name], other[name]] for name in one}
    spoken, upto, missing = [], dict.fromkeys(one, 0), set()
    for said_here in whole["DESK"]:
        if type(said_here) is not tuple:
            spoken.append(said_here)
            continue
        name, says = said_here
        if not any(beginning(says, there) == says for there in known[name]):
            missing.add(name)
            continue
        reached = len(beginning(says, whole[name]))
        spoken += whole[name][upto[name] : reached]
        upto[name] = max(upto[name], reached)
    return spoken, forks, missing


@settings(max_examples=150 if sampling.short else 2000, deadline=None)
@given(MOVES)
def test_order_forks_and_what_is_missing_are_what_the_model_says(moves):
    copies = walked(moves)
    files = {f"{name}-{at}": b"".join(one + b"\n" for one in written(name, copy[name]))
             for at, copy in enumerate(copies) for name in copy}  # fmt: skip
    found = order(files)
    spoken, forks, missing = expected(copies)
    assert texts(found) == [f"said {one}" for one in spoken]
    assert {fork[0].name for fork in found.forks} == forks
    lacking = {doubt.where for doubt in found.doubts if "are not here" in doubt.fact}
    assert lacking == missing
    everything = {entry for ledger in (found.desk, *found.ceremonies) if ledger for entry in ledger.entries}
    assert len({one.entry.hash for one in found.placed}) == len(found.placed) <= len(everything)
