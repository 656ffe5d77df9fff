"""What another program needs of splitkit; docs/library.md shows how.  `import splitkit` hands these names out."""
# ruff: noqa: PLC0414  (each name is handed on)

from splitkit.custody.register import build as build_register  # noqa: F401
from splitkit.errors import SplitkitError as SplitkitError
from splitkit.issue.make import make as make_set  # noqa: F401
from splitkit.ledger.verification import read_ledger as read_ledger
from splitkit.plan.document import Plan as Plan
from splitkit.plan.document import parse_plan as parse_plan
from splitkit.quorum.age import seal as seal
from splitkit.quorum.anchor import parse_fingerprint as parse_fingerprint
from splitkit.quorum.gathering import gather as gather
from splitkit.quorum.judge import judge as judge
from splitkit.quorum.policy import parse_policy as parse_policy
from splitkit.quorum.release import release as release
from splitkit.quorum.scan import Line as Line
from splitkit.quorum.scan import Page as Page
from splitkit.quorum.scan import Scan as Scan
from splitkit.secret.entropy import Entropy as Entropy
from splitkit.secret.record import SecretRecord as SecretRecord
