"""The alert on uses of the root user: what CloudFormation accepts, which events it tells of, what its mail says, and the command."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache, partial
from pathlib import Path

import pytest

from splitkit.packs.pack import ALERT_TEMPLATE, find_pack
from tests.support import sampling
from tests.support.aws.cloudformation import PSEUDO, Template
from tests.support.aws.event_patterns import MAX_COMBINATIONS, MAX_PATTERN, combinations, matches, size
from tests.support.kit import environment, run
from tests.support.processes import HANGS

TEXT = ALERT_TEMPLATE.read_text()
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
ACCOUNT, MEMBER, ROOT_EMAIL = PSEUDO["AWS::AccountId"], "222222222222", "aws-root@example.org"
HOME = {
    "Part": "home",
    "HomeAccountId": ACCOUNT,
    "RootEmail": ROOT_EMAIL,
    "FirstReceiver": "first@example.org",
    "SecondReceiver": "second@example.org",
    "ThirdReceiver": "third@example.org",
    "SecondChannelEndpoint": "+12025550179",
    "OrganizationId": "o-exampleorgid",
    "TrailLogGroup": "trail-log",
    "MailKey": KEY,
}
ELSEWHERE = {"Part": "elsewhere", "HomeAccountId": ACCOUNT}
TIERS = {"T": "TellRule", "G": "GuardRule", "K": "KeepRule"}


@cache
def stack(part: str = "home", **more: str) -> dict[str, dict]:
    return Template(TEXT, **(HOME if part == "home" else ELSEWHERE), **more).resources()


# --- what CloudFormation accepts --------------------------------------------------------------------------------------


LINT = "import sys; from cfnlint.runner import main; sys.exit(main())"
"""What the script `cfn-lint` runs; cfn-lint cannot be started as a module."""
BREAKS = {
    "a property": ("EnableKeyRotation: true", "EnableKeyRotations: true"),
    "a reference": ("Arn: !Ref MailTopic", "Arn: !Ref LetterTopic"),
    "a condition": ("Condition: HomeWithThird", "Condition: HomeWithFourth"),
    "a state": ("State: ENABLED_WITH", "State: ENABLED_AS"),
    "a missing one": ("Protocol: email, ", ""),
    "a policy": ("            Effect: Deny\n", ""),
}

ALWAYS = ["a condition", "a policy"]
"""Those of every run, one by its schema and one by its references: each takes the linter a second."""


@pytest.fixture(scope="module")
def remarks(tmp_path_factory) -> dict[str, list[str]]:
    """What cfn-lint says of the template and of broken ones, its remarks included, which are not shown by default; one run for all."""
    at = tmp_path_factory.mktemp("templates")
    assert all(before in TEXT for before, _ in BREAKS.values())
    names = [name for name in BREAKS if name in ALWAYS or not sampling.short]
    for name in ("whole", *names):
        (at / name).write_text(TEXT.replace(*BREAKS[name]) if name in BREAKS else TEXT)
    options = ["--regions", "us-east-1", "eu-central-1", "--include-checks", "I", "--format", "json", "--", "*"]
    command = [sys.executable, "-c", LINT, *options]
    done = subprocess.run(
        command, cwd=at, capture_output=True, text=True, check=False, timeout=HANGS, env=environment()
    )
    assert (done.returncode != 0, done.stderr) == (True, "")
    said = json.loads(done.stdout)
    return {name: [one["Rule"]["Id"] for one in said if one["Filename"] == name] for name in ("whole", *names)}


def test_cloudformation_accepts_it(remarks):
    assert remarks["whole"] == []


@pytest.mark.parametrize("name", sampling.sampled(list(BREAKS), 0, always=ALWAYS))
def test_a_broken_template_is_not_accepted(remarks, name):
    assert any(re.fullmatch(r"[EW]\d{4}", rule) for rule in remarks[name])


def test_home_is_refused_without_an_address_two_receivers_and_a_second_channel():
    assert Template(TEXT, **HOME).refused() == []
    assert Template(TEXT, **ELSEWHERE).refused() == []
    for name in ("RootEmail", "FirstReceiver", "SecondReceiver", "SecondChannelEndpoint"):
        assert [one for one in Template(TEXT, **HOME | {name: ""}).refused() if name in one], name


def test_what_is_given_by_hand_is_judged():
    patterns = {name: one.get("AllowedPattern") for name, one in Template(TEXT).whole["Parameters"].items()}
    for name, right, wrong in (
        ("HomeAccountId", (ACCOUNT,), ("", "1111", ACCOUNT + "\n")),
        ("RootEmail", ("", ROOT_EMAIL), ("nobody", 'a"@b', "a@b c", "a@<b>", "a\\@b")),
        ("OrganizationId", ("", "o-exampleorgid"), ("exampleorgid", "o-*")),
    ):
        assert all(re.fullmatch(patterns[name], one) for one in right), name
        assert not [one for one in wrong if re.fullmatch(patterns[name], one)], name


# --- which events it tells of -----------------------------------------------------------------------------------------


def read_event(call: str, identity: str, rest: str) -> dict:
    """An event as EventBridge has it of CloudTrail; '@' before the source: of somebody else."""
    service, name = call.split(" ", 1)
    detail = json.loads(rest)
    if identity != "-":
        kind, _, caller = identity.partition("/")
        detail["userIdentity"] = {"type": kind} | ({"invokedBy": caller} if caller else {})
    source, kind = service[1:], name
    if not service.startswith("@"):
        source = f"aws.{service}"
        kind = "AWS Console Sign In via CloudTrail" if service == "signin" else "AWS API Call via CloudTrail"
        detail |= {
            "eventSource": f"{service}.amazonaws.com",
            "eventName": name,
            "eventID": "5f3c",
            "sourceIPAddress": "192.0.2.7",
        }
    common = {"account": ACCOUNT, "region": "us-east-1", "time": "2026-11-23T09:14:05Z"}
    return common | {"source": source, "detail-type": kind, "detail": detail}


ROWS = [
    line.split(" | ")
    for line in (Path(__file__).parent / "alert-events.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
SOURCES = set(
    re.findall(
        r"^#   (\S+) +(?:docs\.aws|github)\.", (Path(__file__).parent / "alert-events.txt").read_text(), re.MULTILINE
    )
)


def told(what: dict, part: str = "home") -> set[str]:
    rules = {name: one for name, one in stack(part).items() if "EventPattern" in one}
    return {name for name, one in rules.items() if matches(one["EventPattern"], what)}


@pytest.mark.parametrize(
    ("rules", "call", "identity", "rest", "_source"), ROWS, ids=[f"{one[0]} {one[1]}" for one in ROWS]
)
def test_which_rules_an_event_matches(rules, call, identity, rest, _source):
    what = read_event(call, identity, rest)
    assert told(what) == {TIERS[one] for one in rules if one != "-"}
    if told(what) & {"TellRule", "KeepRule"}:
        assert told(what, "elsewhere"), "it would not come from another region"


def test_there_are_events_enough_and_each_has_a_source():
    nothing = sum(row[0] == "-" for row in ROWS)
    assert min(nothing, len(ROWS) - nothing) >= 30
    assert {row[4].split(" ")[0].strip(",;:") for row in ROWS} == SOURCES


def test_the_name_that_the_documents_give_sign_ins_does_not_matter():
    what = read_event("signin ConsoleLogin", "Root", "{}") | {"detail-type": "AWS Console Signin via CloudTrail"}
    assert told(what) == {"TellRule", "KeepRule"}


def test_the_trail_of_a_member_is_its_own_business():
    what = read_event("cloudtrail StopLogging", "IAMUser", "{}")
    assert told(what, "elsewhere") == {"GuardRule"}
    member = Template(TEXT, **ELSEWHERE, **{"AWS::AccountId": MEMBER}).resources()
    assert not [name for name, one in member.items() if "EventPattern" in one and matches(one["EventPattern"], what)]


def test_no_rule_is_the_only_one_that_would_see_its_own_end():
    for part, names in (("home", TIERS.values()), ("elsewhere", ("GuardRule", "ForwardRule"))):
        for name in names:
            gone = json.dumps({"requestParameters": {"name": stack(part)[name]["Name"]}})
            assert told(read_event("events DeleteRule", "IAMUser", gone), part) - {name}, name


def test_the_patterns_are_as_short_as_eventbridge_wants_them():
    longest = {"AWS::StackName": "root-user-alert-of-the-management-account"}
    for part, more in (("home", {"TrailLogGroup": "x" * 128}), ("elsewhere", {})):
        given = (HOME if part == "home" else ELSEWHERE) | more | longest
        for one in Template(TEXT, **given).resources().values():
            if "EventPattern" in one:
                assert size(one["EventPattern"]) <= MAX_PATTERN
                assert combinations(one["EventPattern"]) <= MAX_COMBINATIONS


def test_calls_that_only_read_are_seen_too():
    state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
    assert {stack()[name]["State"] for name in ("TellRule", "KeepRule")} == {state}
    assert stack("elsewhere")["ForwardRule"]["State"] == state


EXAMPLES = (
    ({"a": ["x", "y"]}, {"a": "y"}, True),
    ({"a": ["x"]}, {"a": "xx"}, False),
    ({"a": ["x"]}, {}, False),
    ({"a": ["x"]}, {"a": ["y", "x"]}, True),
    ({"a": [True]}, {"a": "true"}, False),
    ({"time": [{"prefix": "2017-10-02"}]}, {"time": "2017-10-02T18:43:48Z"}, True),
    ({"FileName": [{"suffix": ".png"}]}, {"FileName": "a.jpg"}, False),
    ({"FilePath": [{"wildcard": "dir/*.p*g"}]}, {"FilePath": "dir/a.png"}, True),
    ({"FilePath": [{"wildcard": "dir/*.png"}]}, {"FilePath": "x/dir/a.png"}, False),
    ({"d": {"state": [{"exists": True}]}}, {"d": {"state": "pending"}}, True),
    ({"d": {"state": [{"exists": False}]}}, {"e": 1}, True),
    ({"d": {"c": [{"exists": False}]}}, {"d": {"c": {"c1": 100}}}, True),
    ({"d": {"state": [{"exists": False}, "x"]}}, {"d": {"state": "x"}}, True),
    ({"d": {"$or": [{"c": ["1"]}, {"x": ["2"]}]}}, {"d": {"c": "0", "x": "2"}}, True),
    ({"s": ["x"], "$or": [{"c": ["1"]}, {"t": ["2"], "n": ["3"]}]}, {"s": "x", "t": "2", "n": "4"}, False),
)
"""As the documents say it, pattern by pattern: eb-create-pattern-operators.html, and the README of github.com/aws/event-ruler."""


@pytest.mark.parametrize(("pattern", "what", "expected"), EXAMPLES)
def test_the_matcher_follows_the_documents(pattern, what, expected):
    assert matches(pattern, what) is expected


@pytest.mark.parametrize(
    "pattern", [{"a": [{"numeric": [">", 1]}]}, {"a": [{"anything-but": "x"}]}, {"a": [{"wildcard": "**"}]}]
)
def test_the_matcher_does_not_guess(pattern):
    with pytest.raises(NotImplementedError):
        matches(pattern, {"a": "b"})


# --- where it goes ----------------------------------------------------------------------------------------------------


def targets(part: str) -> dict[str, list[str]]:
    return {name: [one["Arn"] for one in rule["Targets"]] for name, rule in stack(part).items() if "Targets" in rule}


def test_two_tiers_at_home_and_one_way_home_from_elsewhere():
    home = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
    assert targets("home") == {
        "TellRule": ["<MailTopic>"],
        "GuardRule": ["<MailTopic>"],
        "KeepRule": ["<CallsQueue.Arn>"],
    }
    assert targets("elsewhere") == {"GuardRule": [home], "ForwardRule": [home]}
    assert set(stack("elsewhere")) == {"GuardRule", "ForwardRule", "ForwardRole"}
    allowed = stack("elsewhere")["ForwardRole"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert allowed == [{"Effect": "Allow", "Action": "events:PutEvents", "Resource": home}]


def test_every_rule_and_the_trail_have_an_alarm_that_needs_neither_key_nor_mail():
    alarms = [one for one in stack().values() if "AlarmName" in one]
    rules = {one["Dimensions"][0]["Value"] for one in alarms if one["Namespace"] == "AWS/Events"}
    assert rules == {stack()[name]["Name"] for name in TIERS.values()}
    assert {(one["Threshold"], *one["AlarmActions"], one["TreatMissingData"]) for one in alarms} == {
        (1, "<AlarmTopic>", "notBreaching")
    }
    assert "KmsMasterKeyId" not in stack()["AlarmTopic"]
    change, trail = stack()["TrailFilter"]["MetricTransformations"][0], stack()["TrailAlarm"]
    assert (trail["Namespace"], trail["MetricName"]) == (change["MetricNamespace"], change["MetricName"])
    exactly = '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}'
    assert stack()["TrailFilter"]["FilterPattern"] == exactly


def test_each_receiver_gets_both_and_the_second_channel_the_alarms():
    found = sorted((one["Endpoint"], one["Protocol"], one["TopicArn"]) for one in stack().values() if "Endpoint" in one)
    mail = [
        (f"{who}@example.org", "email", topic)
        for who in ("first", "second", "third")
        for topic in ("<AlarmTopic>", "<MailTopic>")
    ]
    assert found == [("+12025550179", "sms", "<AlarmTopic>"), *mail]


def allowed(policy: dict) -> set[tuple]:
    """Who may do what in a policy, and whether a condition narrows it."""
    statements = policy["Statement"]
    return {
        (next(iter(one["Principal"].values())), str(one["Action"]), "Condition" in one)
        for one in statements
        if one["Effect"] == "Allow"
    }


def test_the_policies_let_in_no_more_than_they_must():
    documents = {name: one["PolicyDocument"] for name, one in stack().items() if "PolicyDocument" in one}
    assert {name: allowed(one) for name, one in documents.items()} == {
        "MailTopicPolicy": {("events.amazonaws.com", "sns:Publish", False)},
        "AlarmTopicPolicy": {("cloudwatch.amazonaws.com", "sns:Publish", True)},
        "CallsQueuePolicy": {("events.amazonaws.com", "sqs:SendMessage", True)},
    }
    assert allowed(stack()["MailKey"]["KeyPolicy"]) == {
        (f"arn:aws:iam::{ACCOUNT}:root", "kms:*", False),
        ("events.amazonaws.com", "['kms:Decrypt', 'kms:GenerateDataKey*']", False),
    }
    for name in ("MailTopicPolicy", "AlarmTopicPolicy"):
        (refused,) = (one for one in documents[name]["Statement"] if one["Effect"] == "Deny")
        assert (refused["Principal"], refused["Condition"]) == ("*", {"Bool": {"aws:PrincipalIsAWSService": "false"}})
    assert stack()["MailTopic"]["KmsMasterKeyId"] == "<MailKey.Arn>"
    assert stack()["CallsQueue"]["SqsManagedSseEnabled"] is True
    members = stack()["MembersPolicy"]["Statement"]
    assert (members["Action"], members["Condition"]) == (
        "events:PutEvents",
        {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}},
    )
    assert not {"MembersPolicy", "TrailFilter", "TrailAlarm", "ThirdReceiverMail"} & set(
        Template(TEXT, **HOME | {"OrganizationId": "", "TrailLogGroup": "", "ThirdReceiver": ""}).resources()
    )


# --- what the mail says -----------------------------------------------------------------------------------------------


def found(path: str, value) -> str:
    """What stands at a path such as $.detail.eventName; nothing if it is not there."""
    for name in path.removeprefix("$.").split("."):
        value = value.get(name, "") if isinstance(value, dict) else ""
    return value


def message(rule: str, what: dict) -> str:
    """The message as EventBridge fills it in: line by line, without the quotes."""
    transformer = stack()[rule]["Targets"][0]["InputTransformer"]
    paths, lines = transformer["InputPathsMap"], transformer["InputTemplate"].splitlines()
    assert set(re.findall(r"<(.+?)>", transformer["InputTemplate"])) == set(paths)
    assert len(transformer["InputTemplate"]) <= 8192
    return "\n".join(re.sub(r"<(.+?)>", lambda named: found(paths[named[1]], what), json.loads(line)) for line in lines)


def test_the_mail_names_account_address_and_what_happened():
    rest = '{"responseElements": {"ConsoleLogin": "Success"}, "additionalEventData": {"MFAUsed": "Yes"}}'
    said = message("TellRule", read_event("signin ConsoleLogin", "Root", rest))
    for words in (f"ROOT USER OF AWS ACCOUNT {ACCOUNT}", f"its root user {ROOT_EMAIL}", "ConsoleLogin (aws.signin, AWS Console Sign In",
                  "sign-in: Success   MFA used: Yes   Became", "(UTC): 2026-11-23T09:14:05Z", "region us-east-1", "address: 192.0.2.7",
                  "kind: Root\n", "event ID 5f3c\n"):  # fmt: skip
        assert words in said, words
    became = '{"requestParameters": {"targetPrincipal": "222222222222"}}'
    assert "Became root of: 222222222222\n" in message("TellRule", read_event("sts AssumeRoot", "AssumedRole", became))
    assert ROOT_EMAIL in message("GuardRule", read_event("sns DeleteTopic", "IAMUser", "{}"))


@pytest.mark.parametrize("rule", ["TellRule", "GuardRule"])
def test_the_mail_says_how_it_is_validated_who_is_called_and_what_the_link_is(rule):
    said = message(rule, read_event("signin ConsoleLogin", "Root", "{}"))
    assert {"R14", "R15"} <= {one.code for one in find_pack("aws-root").procedures}
    for words in ("procedure R15", "they begin R14", "announcement that you have on paper", "call the witness on a number that you had before",
                  "within ten minutes", "Call two people of the call-out card", "Event history", "link to unsubscribe under each such mail",
                  "Never follow it", "Do not answer this mail"):  # fmt: skip
        assert words in said, words
    assert "http" not in said
    paths = stack()[rule]["Targets"][0]["InputTransformer"]["InputPathsMap"].values()
    assert not [path for path in paths if re.search(r"userAgent|errorMessage|arn|userName|principalId", path)], (
        "chosen by whoever calls"
    )


def test_the_alarm_says_it_too_and_names_the_account_in_its_name():
    for one in stack().values():
        if "AlarmName" in one:
            said = one["AlarmDescription"]
            assert ACCOUNT in one["AlarmName"]
            assert all(words in said for words in (ACCOUNT, ROOT_EMAIL, "R14", "code word", "unsubscribe"))
            assert len(said) <= 1024


def test_it_names_no_account_and_fits_into_one_call():
    assert not re.search(r"\d{12}|AKIA|ASIA", TEXT)
    assert TEXT.isascii()
    assert len(TEXT) <= 51_200, "what CloudFormation takes without a bucket: cloudformation-limits.html"


# --- the command ------------------------------------------------------------------------------------------------------


alert = partial(run, "packs", "show", "aws-root", "--alert")


def test_to_standard_output(tmp_path):
    done = alert(cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, TEXT)
    assert f"a copy of {ALERT_TEMPLATE}\n" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_into_a_new_file(tmp_path):
    done = alert("--out", "an alert.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "an alert.yaml").read_text() == TEXT
    assert "written to an alert.yaml\n" in done.stderr


def test_never_over_a_file(tmp_path):
    (tmp_path / "kept").write_text("kept")
    done = alert("--out", "kept", cwd=tmp_path)
    assert done.returncode == 2
    assert (
        done.stderr == "error: the file 'kept' is there already, and splitkit never overwrites\nhint: name a new file\n"
    )
    assert (tmp_path / "kept").read_text() == "kept"
    assert alert("--out", "no/where", cwd=tmp_path).returncode == 2


def test_the_help_says_that_it_is_a_plain_file_and_where_it_lies(tmp_path):
    said = " ".join(alert("--help", cwd=tmp_path).stdout.split())
    assert "packs/aws_root_alert.yaml" in said
    assert "docs/packs.md" in said
