"""What the ceremonies are told on the command line, and which of two ways is meant: people are guided, or sheets are named."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import click
from click.core import ParameterSource

from splitkit.ceremony.paperwork import no_plan
from splitkit.ceremony.steps import Script
from splitkit.cli import options
from splitkit.cli.options import option, shared
from splitkit.cli.ui.overrides import Overruled
from splitkit.cli.ui.sheet_input import SheetInput
from splitkit.cli.ui.vouching import Vouched
from splitkit.errors import UsageError
from splitkit.host.home import Ledgers
from splitkit.ledger.fields import TEXT
from splitkit.paper.geometry import Paper
from splitkit.plan.document import Plan
from splitkit.plan.plan_hash import plan_hash

LEDGER = click.option(
    "--ledger", required=True, metavar="FILE", help="The ledger of this ceremony: a new file, or the one to go on with."
)
CEREMONY = click.option(
    "--ceremony", default="", metavar="CODE", help="What the paper calls it, such as C-0001; for a new ledger."
)
CONTINUES = click.option("--continues", metavar="FILE", help="The ledger of the last ceremony.")
PRINT_TO = click.option(
    "--print-to",
    multiple=True,
    metavar="QUEUE",
    help="A queue of CUPS that prints the pages; once for each printer, so that none sees a quorum.",
)
TO_FILES = click.option("--to-files", metavar="DIR", help="No printer here: write one page at a time into this folder.")
BY_HAND = click.option(
    "--by-hand",
    multiple=True,
    metavar="SHEET",
    help="The number of a sheet that is written by hand from the screen, so that no printer sees it; or 'all'.",
)
SECRET = click.option(
    "--secret", type=click.Choice(["generate", "prompt"]), default="generate", help="Where the password comes from."
)
PRACTICE = click.option("--practice", is_flag=True, help="A rehearsal of this plan.")
_OF_A_SET = click.option("--practice", is_flag=True, help="With a practice set, and no other.")


@dataclass(frozen=True, kw_only=True)
class _GuidedAlone:
    """What a ceremony is told that nobody holds without being guided."""

    ledger: str = shared(LEDGER)
    ceremony: str = shared(CEREMONY)
    continues: str | None = shared(CONTINUES)
    home: str | None = shared(options.home_option)

    @property
    def ledgers(self) -> Ledgers:
        """The custody folder that tells of the set."""
        return Ledgers(home=self.home, held=self.ledger)


@dataclass(frozen=True, kw_only=True)
class SheetsOptions(_GuidedAlone):
    """What `recover` is told."""

    set_id: str | None = shared(options.set_option)
    record: str | None = shared(options.record_option)
    overruled: Overruled = shared(options.override_options("disk", "superseded"))
    out: str | None = option(
        "--out", metavar="FILE", help="New PDF of the close-out sheet that two sign; of a recovery that is over, too."
    )
    paper: Paper | None = shared(options.folder_paper_option)
    practice: bool = shared(_OF_A_SET)


@dataclass(frozen=True, kw_only=True)
class ReviewOptions(_GuidedAlone):
    """What `review` is told."""

    out: str = option("--out", required=True, metavar="FILE", help="New PDF of the sheet that both reviewers sign.")
    paper: Paper | None = shared(options.folder_paper_option)
    practice: bool = option("--practice", is_flag=True, help="In a custody folder for rehearsals, and no other.")


# --- those that scripts hold too ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TwoWays:
    """What a ceremony is told that is guided, or held from sheets that are named."""

    GUIDED: ClassVar[Collection[str]] = ("ceremony", "continues")
    """What says nothing where sheets are named."""
    SCANNED: ClassVar[Collection[str]] = ("fingerprint", "head", "by", "wit")
    """What says nothing where people are guided."""

    sheets: SheetInput = shared(options.sheets_options)
    named: Sequence[str] = option(
        "--ledger", "named", multiple=True, metavar="FILE",
        help="The ledger of this ceremony: a new file, or the one to go on with.  With SCAN: every ledger, from the oldest to the "
        "newest, instead of the custody folder; the last one is written to.",
    )  # fmt: skip
    ceremony: str = shared(CEREMONY)
    continues: str | None = shared(CONTINUES)
    home: str | None = shared(options.home_option)
    set_id: str | None = shared(options.set_option)
    vouched: Vouched = shared(options.vouched_options)
    practice: bool = shared(_OF_A_SET)
    by: str = shared(options.done_by())
    wit: str

    @property
    def scanned(self) -> bool:
        """Whether it is held from sheets that are named, and nobody is guided."""
        return self.sheets.named

    @property
    def ledgers(self) -> Ledgers:
        """The ledgers that tell of the set."""
        return Ledgers(self.named, self.home) if self.scanned else Ledgers(home=self.home, held="".join(self.named[:1]))

    @property
    def ledger(self) -> str:
        """The ledger of a ceremony that is guided."""
        return self.named[0]

    def check_way(self) -> None:
        """Refuse what says nothing in the way that is meant, or is missing in it.

        Raises:
            UsageError: If something does, or several ledgers are those of one ceremony.
            MissingParameter: If something is.
        """
        if self.scanned:
            return refuse(self.GUIDED, "where sheets are named", "leave it out; without SCAN, people are guided")
        refuse(self.SCANNED, "where people are guided", "leave it out; or name the sheets: SCAN, -, --type or --camera")
        need("named")
        if len(self.named) > 1:
            raise UsageError("a guided ceremony has one ledger of its own", "name it alone; the others lie in --home")
        return None


def refuse(names: Collection[str], where: str, hint: str) -> None:
    """Refuse options that say nothing there.

    Raises:
        UsageError: If one was given.
    """
    context = click.get_current_context()
    for param in context.command.params:
        if param.name in names and context.get_parameter_source(param.name) is ParameterSource.COMMANDLINE:
            raise UsageError(f"{param.opts[-1]}: it says nothing {where}", hint)


def need(*names: str) -> None:
    """Refuse a command line that lacks an option which it needs in the way that is meant.

    Raises:
        MissingParameter: If it does.
    """
    context = click.get_current_context()
    for param in context.command.params:
        if param.name in names and context.get_parameter_source(param.name) is not ParameterSource.COMMANDLINE:
            raise click.MissingParameter(ctx=context, param=param)


@dataclass(frozen=True, kw_only=True)
class DrillOptions(TwoWays):
    """What `drill` is told."""

    SCANNED = (*TwoWays.SCANNED, "paper")

    overruled: Overruled = shared(options.override_options("disk", "superseded"))
    who: bool = option("--who", is_flag=True, help="Only say whose turn it is.")
    certificate: str | None = option(
        "--certificate", metavar="FILE", help="New PDF that tells what the drill has proven; alone: of the last drill."
    )
    paper: Paper | None = shared(options.folder_paper_option)

    @property
    def scanned(self) -> bool:
        """Whether nobody is guided."""
        return super().scanned or self.who or bool(self.certificate)


@dataclass(frozen=True, kw_only=True)
class RenewOptions(TwoWays):
    """What `renew` is told."""

    GUIDED = (*TwoWays.GUIDED, "print_to", "to_files", "by_hand")
    SCANNED = (*TwoWays.SCANNED, "out", "purpose", "signed", "sheet", "incident")

    way: str | None = shared(options.together(*(
        click.option(f"--{way}", "way", flag_value=way, help=f"{what}  Without SCAN it is asked for.")
        for way, what in (
            ("reissue", "The same sheet again, which was destroyed or is worn."),
            ("refresh", "A new set for the same secret: for a leaver, a lost sheet, another policy."),
            ("rotate", "A new secret and a new set, after a compromise."),
        )
    )))  # fmt: skip
    print_to: Sequence[str] = shared(PRINT_TO)
    to_files: str | None = shared(TO_FILES)
    by_hand: Sequence[str] = shared(BY_HAND)
    secret: str = shared(SECRET)
    overruled: Overruled = shared(options.override_options("disk", "loopback", "printer-1", "spool", "superseded"))
    out: str = option("--out", metavar="DIR", help="New folder for what is printed, with SCAN.")
    purpose: str = shared(options.purpose_option(required=False, most=TEXT))
    signed: str | None = shared(options.signed_option)
    sheet: str | None = option("--sheet", metavar="NUMBER", help="The sheet of --reissue, such as 2 or B2.")
    incident: str | None = option(
        "--incident", metavar="CODE", help="The incident that made --rotate necessary, as the ledger calls it."
    )

    @property
    def scanned(self) -> bool:
        """Whether nobody is guided."""
        return super().scanned or self.way is not None

    def check_way(self) -> None:
        """Refuse what says nothing in the way that is meant, or is missing in it; see `TwoWays.check_way`."""
        super().check_way()
        if not self.scanned:
            return
        if self.way is None:
            raise UsageError("it was not said how the set is renewed", "give --reissue, --refresh or --rotate")
        of = {"reissue": ("sheet",), "refresh": (), "rotate": ("secret", "incident")}
        others = {name for way, names in of.items() if way != self.way for name in names}
        refuse(
            others, f"for '{self.way}'", "leave it out, or say how the set is renewed: --reissue, --refresh, --rotate"
        )
        need("out", "purpose", *(["sheet"] if self.way == "reissue" else []))


def plan_of(path: str | None, script: Script, *, practice: bool) -> tuple[Plan, str]:
    """Return the plan, and the hash of what its file says; what is about no set needs none."""
    if path is None and not script.with_sheets:
        return no_plan(practice=practice), ""
    if path is None:
        raise UsageError("no plan was named", "name the plan of its set; a review alone has none")
    return read_plan(path, practice=practice)


def read_plan(path: str, *, practice: bool) -> tuple[Plan, str]:
    """Return the plan, and the hash of what its file says."""
    plan = options.read_plan(path)
    return replace(plan, practice=plan.practice or practice), plan_hash(plan).hex
