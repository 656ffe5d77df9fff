"""Papers that were saved in memory go to the printer: whatever is no sheet, chosen by its name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from splitkit.cli.console.transfer import MAX_FILE, check_no_share
from splitkit.cli.ui.dialogue import Dialogue
from splitkit.cli.ui.talk import working
from splitkit.errors import UsageError
from splitkit.host.files import read_regular
from splitkit.paper.geometry import Paper
from splitkit.paper.printing.printer import find_queue, print_page

_MAKE, _PRINT = "1", "2"


def saved(folder: Path) -> list[str]:
    """Return the names of the papers that lie in a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.pdf") if path.is_file())


def prints_one(dialogue: Dialogue, papers: Sequence[str], queues: Sequence[str]) -> bool:
    """Ask whether a paper is made or one that is there is printed, where both can be."""
    if not (papers and queues):
        return False
    told = {_MAKE: "make a paper, as a file", _PRINT: "print a paper that was made"}
    return dialogue.choose("What about papers?", told, back=True) == _PRINT


def print_paper(dialogue: Dialogue, folder: Path, papers: Sequence[str], queues: Sequence[str]) -> None:
    """Print a paper that people choose, on a printer that they choose.

    Raises:
        BackError, StoppedError: If people leave.
        SplitkitError: If it holds a share, or the printer fails.
    """

    def take(typed: str) -> str:
        if typed not in papers:
            raise UsageError("no paper of that name is here", "type the number before it")
        return typed

    name = dialogue.pick("Which paper?", {one: one for one in papers}, take, "A paper, by its number.")
    content = read_regular(folder / name, MAX_FILE)
    working("looking for shares in it")
    check_no_share(folder, {name: content})
    sizes = {"1": Paper.A4, "2": Paper.LETTER}
    size = sizes[dialogue.choose("Which paper is in the printer?", {"1": "A4", "2": "Letter"}, back=True)]
    offered = {str(number): queue for number, queue in enumerate(queues, 1)}
    queue = offered["1"] if len(queues) == 1 else offered[dialogue.choose("Which printer?", offered, back=True)]
    working(f"printing on {queue}")
    print_page(content, find_queue(queue), size, dialogue.say)
    dialogue.say("It has left the queue: look at every page, for nobody but the paper knows how it was printed.")
