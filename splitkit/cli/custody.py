"""`splitkit init` and `status`: a custody folder, and who holds what and what is due, from the ledgers of all ceremonies."""

import datetime as dt
import shlex
from collections.abc import Sequence
from pathlib import Path

import click

from splitkit import __version__
from splitkit.cli.main import StrictCommand
from splitkit.cli.options import DAY, at_option, folder_paper_option, json_option, ledgers_argument, paper_option
from splitkit.cli.ui.hints import rehearsed, worded
from splitkit.cli.ui.ledger_reading import read, settings_of
from splitkit.cli.ui.talk import json_result, result, safe, say
from splitkit.custody.due import calendar
from splitkit.custody.folder import FOLDERS, Settings, make_folder
from splitkit.custody.overview.glance import Overview, Worded, first
from splitkit.custody.overview.page import SOON, status_page
from splitkit.custody.saying.naming import person_meant, place_meant
from splitkit.errors import AttentionError
from splitkit.host import clock, files, hardening
from splitkit.host.home import Ledgers
from splitkit.ledger.events import DESK
from splitkit.ledger.fields import LABEL, PERSON_NAME, taken
from splitkit.ledger.ledger_file import opening
from splitkit.paper.geometry import Paper


@click.command(cls=StrictCommand, name="status")
@ledgers_argument
@at_option(", such as 2026-11-23; of a day to come, as if nothing happened until then", DAY)
@click.option(
    "--until", type=DAY, metavar="DATE", help="Show what is coming until that day; a quarter ahead if not given."
)
@click.option("--ics", metavar="FILE", help="Also write all that is coming into this new calendar file.")
@click.option("--page", metavar="FILE", help="Also write a page with a picture of the custody into this new PDF.")
@folder_paper_option
@click.option("--without", multiple=True, metavar="PERSON", help="As if somebody were not there; may be repeated.")
@click.option(
    "--without-place", multiple=True, metavar="PLACE", help="As if a safe or a site were gone; may be repeated."
)
@json_option
def status(
    ledgers: Ledgers,
    at: dt.date | None,
    until: dt.date | None,
    ics: str | None,
    page: str | None,
    paper: Paper | None,
    without: Sequence[str],
    without_place: Sequence[str],
    as_json: bool,
) -> int:
    """Say what must be done now, what is coming, who holds what, and who can get in.

    What is to be done now comes first, the worst before all else, each with the command for it.  Exits 9 while there is anything.

    Example: splitkit status --page status.pdf
    """
    hardening.harden()
    for new in filter(None, (ics, page)):
        files.check_new_file(Path(new))
    reading = read(ledgers).told()
    built = reading.built_at(at or clock.day())
    away = [person_meant(built.register, word) for word in without]
    gone = [place_meant(built.register, word) for word in without_place]
    today = clock.day()
    overview = Overview(built, reading.standing, at or today, away, gone, reading.all_doubts, bool(at and at > today))
    advised = rehearsed if built.register.practice else worded
    if ics is not None:
        files.write_new_file(Path(ics), calendar(overview.dated, clock.stamp()))
        say(f"written to {safe(ics)}: {len(overview.dated)} days")
    if page is not None:
        _write_page(page, overview, ledgers, paper, advised)
    if as_json:
        json_result(
            {"at": str(at) if at else None, "doubts": list(map(str, reading.all_doubts)), **overview.as_object(advised)}
        )
    else:
        result(*map(safe, overview.lines(advised, until or overview.day + SOON)))
    if now := overview.pressing:
        raise AttentionError(safe(first(now)), now[0].told(advised))
    if not as_json:
        say(safe(overview.sound))
    return 0


def _write_page(page: str, overview: Overview, ledgers: Ledgers, paper: Paper | None, advised: Worded) -> None:
    from splitkit.paper.typeset import Typesetter  # noqa: PLC0415  slow to import

    settings = settings_of(ledgers)
    drawn = status_page(overview, settings.name, advised, clock.day())
    files.write_new_file(Path(page), Typesetter(paper or settings.paper).report(drawn, say))
    say(f"written to {safe(page)}")


@click.command(cls=StrictCommand, name="init")
@click.argument("folder", metavar="DIR")
@click.option("--name", required=True, metavar="TEXT", help="What this custody is called, such as 'Example AG'.")
@click.option("--by", required=True, metavar="NAME", help="Who makes it, by name: the first person that it knows.")
@click.option("--practice", is_flag=True, help="Make a folder for rehearsals, and for nothing real.")
@paper_option
def init(folder: str, name: str, by: str, practice: bool, paper: Paper) -> None:
    """Make a new custody folder: ledgers, public records, plans, sealed files and papers; never a secret.

    It says who keeps what where: keep it on an encrypted disk, and let nobody else read it.

    Example: splitkit init custody --name "Example AG" --by "Ada Example"
    """
    hardening.harden()
    settings, at = Settings(taken(LABEL, name, "--name"), paper), clock.stamp()
    begins = opening("DESK", DESK, practice=practice, version=__version__, title=settings.name)
    person = make_folder(Path(folder), settings, begins, name=taken(PERSON_NAME, by, "--by"), at=at)
    result(f"custody folder {safe(folder)}" + (", for rehearsals" if practice else ""))
    result(f"{safe(by)} is {person} in it: --by {person}")
    result(*(f"  {part + '/':<10} {what}" for part, what in FOLDERS.items()))
    there = shlex.quote(safe(folder))
    say(f"hint: go there, and bring in the record of each ceremony: cd {there}; splitkit record --take LEDGER")
