"""The alert on uses of the root user: what CloudFormation accepts, what the template says, and the command."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache, partial

import pytest
import yaml

from splitkit.errors import UsageError
from splitkit.packs.alert_template import MAX_ADDRESS, MAX_ADDRESSES, alert_template, check_addresses
from splitkit.packs.pack import find_procedure
from tests.support.kit import environment, run
from tests.support.processes import HANGS

ONE = ("alarm@example.org",)
MANY = tuple(f"receiver{number}@example.org" for number in range(MAX_ADDRESSES))
ODD = ("o'brien+{root}=$%#!&*/?^`|~-_@xn--bcher-kva.example.org", "true@1.example.co", "null@no.example")
LONGEST = "a" * 64 + "@" + ".".join(["b" * 63] * 2 + ["c" * 58, "de"])

FORGED = {
    "no-address": "",
    "no-at": "alarm.example.org",
    "two-ats": "alarm@home@example.org",
    "no-local": "@example.org",
    "no-domain": "alarm@",
    "no-dot": "alarm@localhost",
    "dots": "a..b@example.org",
    "dot-first": ".a@example.org",
    "dot-last": "a.@example.org",
    "domain-dot-last": "a@example.org.",
    "hyphen-first": "a@-example.org",
    "hyphen-last": "a@example-.org",
    "number": "a@192.0.2.1",
    "literal": "a@[192.0.2.1]",
    "underscore": "a@exa_mple.org",
    "space": "a b@example.org",
    "space-after": "a@example.org ",
    "newline": "a@example.org\n",
    "injected": "a@example.org\n  Evil:\n    Type: AWS::IAM::User",
    "quoted": '"a"@example.org',
    "backslash": "a\\u0041@example.org",
    "name": "Alarm <a@example.org>",
    "comma": "a@example.org,b@example.org",
    "colon": "{{resolve:ssm:a}}@example.org",
    "escape": "a\x1b[2J@example.org",
    "nul": "a\x00@example.org",
    "cyrillic": "\u0430larm@example.org",
    "domain-not-ascii": "a@ex\u00e4mple.org",
    "digit-not-ascii": "a\u0661@example.org",
    "long-local": "a" * 65 + "@example.org",
    "long-label": "a@" + "b" * 64 + ".org",
    "too-long": LONGEST.replace("@b", "@bb.b", 1),
}


# --- what CloudFormation accepts --------------------------------------------------------------------------------------


LINT = "import sys; from cfnlint.runner import main; sys.exit(main())"
"""What the script `cfn-lint` runs; cfn-lint cannot be started as a module."""


ACCEPTED = {"one": ONE, "many": MANY, "odd": ODD, "longest": (LONGEST,)}
BREAKS = {
    "a property": ("EnableKeyRotation: true", "EnableKeyRotations: true"),
    "a reference": ("Arn: !Ref AlertTopic", "Arn: !Ref AlarmTopic"),
    "a type": ("Type: AWS::Events::Rule", "Type: AWS::Events::Rules"),
    "a state": ("State: ENABLED_WITH", "State: ENABLED_AS"),
    "a missing one": ("      Protocol: email\n", ""),
    "a policy": ("            Effect: Deny\n", ""),
}


@pytest.fixture(scope="module")
def remarks(tmp_path_factory) -> dict[str, list[str]]:
    """What cfn-lint says of each template, its remarks included, which are not shown by default; one run for all."""
    at, good = tmp_path_factory.mktemp("templates"), alert_template(ONE)
    assert all(before in good for before, _ in BREAKS.values())
    texts = {name: alert_template(addresses) for name, addresses in ACCEPTED.items()}
    for name, text in (texts | {name: good.replace(*broken) for name, broken in BREAKS.items()}).items():
        (at / name).write_text(text)
    options = ["--regions", "us-east-1", "--include-checks", "I", "--format", "json", "--", "*"]
    command = [sys.executable, "-c", LINT, *options]
    done = subprocess.run(
        command, cwd=at, capture_output=True, text=True, check=False, timeout=HANGS, env=environment()
    )
    assert (done.returncode != 0, done.stderr) == (True, "")
    said = json.loads(done.stdout)
    return {name: [one["Rule"]["Id"] for one in said if one["Filename"] == name] for name in (*ACCEPTED, *BREAKS)}


@pytest.mark.parametrize("name", ACCEPTED)
def test_cloudformation_accepts_it(remarks, name):
    assert remarks[name] == []


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_template_is_not_accepted(remarks, name):
    assert any(re.fullmatch(r"[EW]\d{4}", rule) for rule in remarks[name])


# --- what it says -----------------------------------------------------------------------------------------------------


class _Reader(yaml.SafeLoader):
    """YAML with the short forms of CloudFormation."""


def _short_form(loader, suffix, node):
    kinds = {yaml.ScalarNode: loader.construct_scalar, yaml.SequenceNode: loader.construct_sequence}
    value = kinds[type(node)](node, **({"deep": True} if isinstance(node, yaml.SequenceNode) else {}))
    return {suffix: value}


_Reader.add_multi_constructor("!", _short_form)


@cache
def parsed(addresses=ONE) -> dict:
    return yaml.load(alert_template(addresses), _Reader)


def resource(name: str) -> dict:
    return parsed()["Resources"][name]["Properties"]


def matches(pattern: dict, event: dict) -> bool:
    """Whether an event pattern matches, for the part of its language that the template uses.

    Fields are joined by "and", values of a field by "or", and so are the alternatives of $or; what a pattern does not name
    may be anything.  Anything else is an error here, so that no test passes by what it did not understand.
    """
    return all(
        any(matches(one, event) for one in wanted) if name == "$or" else _matches_field(wanted, event, name)
        for name, wanted in pattern.items()
    )


def _matches_field(wanted, event: dict, name: str) -> bool:
    if isinstance(wanted, dict):
        inner = event.get(name)
        return matches(wanted, inner if isinstance(inner, dict) else {})
    return any(_matches_value(one, event, name) for one in wanted)


def _matches_value(wanted, event: dict, name: str) -> bool:
    if isinstance(wanted, dict):
        assert set(wanted) == {"exists"}
        return (name in event) is wanted["exists"]
    assert isinstance(wanted, str)
    return event.get(name) == wanted


def event(detail_type: str, identity: dict, **detail) -> dict:
    """An event in the form in which EventBridge has it of CloudTrail."""
    common = {"eventTime": "2026-11-23T09:14:05Z", "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.7",
              "eventID": "5f3c2b1a-0000-4000-8000-000000000001", "userAgent": 'Mozilla/5.0 " call this number'}  # fmt: skip
    return {
        "version": "0",
        "detail-type": detail_type,
        "source": "aws." + detail["eventSource"].split(".")[0],
        "account": "111122223333",
        "region": "us-east-1",
        "detail": {"userIdentity": identity, **common, **detail},
    }


ROOT = {"type": "Root", "principalId": "111122223333", "arn": "arn:aws:iam::111122223333:root"}
SESSION = ROOT | {"sessionContext": {"attributes": {"mfaAuthenticated": "true"}}}
USER = {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/root", "userName": "root"}
ROLE = {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/Root/root",
        "sessionContext": {"sessionIssuer": {"type": "Role"}}}  # fmt: skip
SIGN_IN, CALL = "AWS Console Sign In via CloudTrail", "AWS API Call via CloudTrail"
SIGN = {"eventSource": "signin.amazonaws.com"}
LOGIN = SIGN | {"eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Success"},
                "additionalEventData": {"MFAUsed": "Yes"}}  # fmt: skip
DONE_BY_ROOT = {
    "sign-in": event(SIGN_IN, ROOT, **LOGIN),
    "sign-in, as the documentation spells it": event("AWS Console Signin via CloudTrail", ROOT, **LOGIN),
    "failed sign-in": event(SIGN_IN, ROOT, **LOGIN | {"responseElements": {"ConsoleLogin": "Failure"}}),
    "new password": event(SIGN_IN, ROOT, **SIGN, eventName="PasswordUpdated"),
    "new e-mail address": event(SIGN_IN, ROOT, **SIGN, eventName="EmailUpdated"),
    "recovery": event(SIGN_IN, ROOT, **SIGN, eventName="PasswordRecoveryRequested"),
    "recovery, by nobody yet": event(SIGN_IN, {}, **SIGN, eventName="PasswordRecoveryRequested"),
    "recovered, by nobody yet": event(SIGN_IN, {"type": "Unknown"}, **SIGN, eventName="PasswordRecoveryCompleted"),
    "change": event(CALL, SESSION, eventSource="iam.amazonaws.com", eventName="CreateAccessKey", readOnly=False),
    "look": event(CALL, SESSION, eventSource="iam.amazonaws.com", eventName="GetAccountSummary", readOnly=True),
    "console": event("AWS Console Action via CloudTrail", SESSION, eventSource="billing.amazonaws.com", eventName="X"),
}
DONE_BY_OTHERS = {
    "a user signs in": event(SIGN_IN, USER, **LOGIN),
    "a user changes a password": event(CALL, USER, eventSource="iam.amazonaws.com", eventName="ChangePassword"),
    "a user calls": event(CALL, USER, eventSource="iam.amazonaws.com", eventName="CreateAccessKey"),
    "a role signs in": event(SIGN_IN, ROLE, **LOGIN),
    "a role calls": event(CALL, ROLE, eventSource="sts.amazonaws.com", eventName="GetCallerIdentity"),
    "a service on its own": event(CALL, ROOT | {"invokedBy": "support.amazonaws.com"}, eventSource="ec2.amazonaws.com",
                                  eventName="DescribeInstances"),
    "another service's event of that name": event(CALL, USER, eventSource="app.example", eventName="PasswordRecoveryRequested"),
    "no event of CloudTrail": event("EC2 Instance State-change Notification", ROOT, eventSource="ec2.amazonaws.com"),
}  # fmt: skip


@pytest.mark.parametrize("what", DONE_BY_ROOT.values(), ids=DONE_BY_ROOT)
def test_what_the_root_user_does_is_told(what):
    assert matches(resource("RootRule")["EventPattern"], what)


@pytest.mark.parametrize("what", DONE_BY_OTHERS.values(), ids=DONE_BY_OTHERS)
def test_what_others_do_is_not(what):
    assert not matches(resource("RootRule")["EventPattern"], what)


def test_calls_that_only_read_are_told_too():
    assert resource("RootRule")["State"] == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


def found(path: str, value):
    """What stands at a path such as $.detail.eventName; nothing if it is not there."""
    for name in path.removeprefix("$.").split("."):
        value = value.get(name, "") if isinstance(value, dict) else ""
    return value


def message(what: dict) -> str:
    """The message as EventBridge fills it in: line by line, without the quotes."""
    transformer = resource("RootRule")["Targets"][0]["InputTransformer"]
    lines = [json.loads(line) for line in transformer["InputTemplate"].splitlines()]
    paths = transformer["InputPathsMap"]
    return "\n".join(re.sub(r"<(.+?)>", lambda named: found(paths[named[1]], what), line) for line in lines)


def test_the_message_says_what_happened():
    told = message(DONE_BY_ROOT["sign-in"])
    for words in ("ACCOUNT 111122223333", "(UTC): 2026-11-23T09:14:05Z", "Event: ConsoleLogin (signin.amazonaws.com)",
                  "Region: us-east-1", "address: 192.0.2.7", "Sign-in: Success", "sign-in: Yes\n", "session: \n"):  # fmt: skip
        assert words in told, words
    assert "sign-in: \n" in (called := message(DONE_BY_ROOT["change"]))
    assert "Event: CreateAccessKey (iam.amazonaws.com)" in called
    assert "session: true\n" in called


def test_the_message_says_what_to_do():
    told = message(DONE_BY_ROOT["sign-in"])
    assert find_procedure("R14") and find_procedure("R15")
    assert "procedure R15" in told
    assert "begin R14" in told
    assert "Look whether a ceremony was announced for this hour" in told
    assert "http" not in told


def test_nothing_that_the_one_who_signs_in_has_written_is_in_the_message():
    paths = resource("RootRule")["Targets"][0]["InputTransformer"]["InputPathsMap"]
    template = resource("RootRule")["Targets"][0]["InputTransformer"]["InputTemplate"]
    assert set(re.findall(r"<(.+?)>", template)) == set(paths)
    assert len(template) <= 8192
    assert not [path for path in paths.values() if re.search("userAgent|errorMessage|requestParameters", path)]
    assert all("call this number" not in message(what) for what in DONE_BY_ROOT.values())


def test_the_key():
    key = parsed()["Resources"]["AlertKey"]
    assert (key["DeletionPolicy"], key["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert key["Properties"]["EnableKeyRotation"] is True
    statements = {one["Sid"]: one for one in key["Properties"]["KeyPolicy"]["Statement"]}
    uses = statements.pop("EventBridgeUsesKey")
    assert (uses["Effect"], uses["Principal"]) == ("Allow", {"Service": "events.amazonaws.com"})
    assert uses["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert "Condition" not in uses, "not supported for EventBridge to an encrypted topic"
    assert [one["Principal"] for one in statements.values()] == [
        {"AWS": {"Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    ]
    assert resource("AlertTopic")["KmsMasterKeyId"] == {"GetAtt": "AlertKey.Arn"}


def test_who_may_publish():
    statements = {one["Sid"]: one for one in resource("AlertTopicPolicy")["PolicyDocument"]["Statement"]}
    allowed = [one for one in statements.values() if one["Effect"] == "Allow"]
    assert [(one["Principal"], one["Action"]) for one in allowed] == [
        ({"Service": "events.amazonaws.com"}, "sns:Publish")
    ]
    bound, free = allowed[0]["Condition"]["If"][1:]
    assert bound == {"ArnEquals": {"aws:SourceArn": {"GetAtt": "RootRule.Arn"}}}
    assert free == {"Ref": "AWS::NoValue"}
    assert statements["NoPersonPublishes"]["Condition"] == {"Bool": {"aws:PrincipalIsAWSService": "false"}}
    assert statements["NothingWithoutTLS"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert [statements[name]["Principal"] for name in ("NoPersonPublishes", "NothingWithoutTLS")] == ["*", "*"]
    assert parsed()["Parameters"]["BindTopicToRule"]["Default"] == "no"
    assert parsed()["Conditions"] == {"TopicIsBound": {"Equals": [{"Ref": "BindTopicToRule"}, "yes"]}}


def test_an_alert_that_fails_is_told_by_another_way():
    alarm = resource("FailureAlarm")
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Threshold"]) == ("AWS/Events", "FailedInvocations", 1)
    assert alarm["Dimensions"] == [{"Name": "RuleName", "Value": {"Ref": "RootRule"}}]
    assert alarm["AlarmActions"] == [{"Ref": "FailureTopic"}]
    assert "KmsMasterKeyId" not in resource("FailureTopic")
    publishes = resource("FailureTopicPolicy")["PolicyDocument"]["Statement"][0]
    assert publishes["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert publishes["Condition"] == {"ArnEquals": {"aws:SourceArn": {"GetAtt": "FailureAlarm.Arn"}}}
    assert resource("RootRule")["Targets"][0]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 3600


def subscriptions(addresses) -> dict[str, tuple[str, str]]:
    of = parsed(addresses)["Resources"]
    found = {name: one["Properties"] for name, one in of.items() if one["Type"] == "AWS::SNS::Subscription"}
    assert {one["Protocol"] for one in found.values()} == {"email"}
    return {name: (one["TopicArn"]["Ref"], one["Endpoint"]) for name, one in found.items()}


@pytest.mark.parametrize("addresses", ACCEPTED.values(), ids=ACCEPTED)
def test_every_address_gets_both(addresses):
    assert sorted(subscriptions(addresses).values()) == sorted(
        (topic, address) for topic in ("AlertTopic", "FailureTopic") for address in addresses
    )


def test_taking_one_address_out_changes_no_other():
    before, after = subscriptions(MANY), subscriptions(MANY[1:])
    assert after.items() < before.items()
    assert {address for _, address in (before.items() - after.items())} == {
        (topic, MANY[0]) for topic in ("AlertTopic", "FailureTopic")
    }


def test_it_names_no_account_and_says_why():
    text = alert_template(MANY)
    assert not re.search(r"\d{12}", re.sub(r"(Alert|Failure)To[0-9a-f]{12}:", "", text))
    assert not re.search(r"AKIA|ASIA|[Ss]ecret[^;]*[=:] *\S{8}", text)
    assert text.isascii()
    assert max(len(line) for line in text.splitlines()) <= 125
    for words in ("us-east-1", "StackSet", "CloudTrail trail", "alias/aws/sns", "confirms two subscriptions"):
        assert words in text


# --- addresses --------------------------------------------------------------------------------------------------------


def test_the_longest_address():
    assert len(LONGEST) == MAX_ADDRESS
    check_addresses([LONGEST])


@pytest.mark.parametrize("address", FORGED.values(), ids=FORGED)
def test_what_is_no_address(address):
    with pytest.raises(UsageError, match="address 2 is not an e-mail address"):
        alert_template([*ONE, address])


def test_how_many_and_which():
    for addresses, fact in (
        ((), "0 addresses"),
        ((*MANY, *ONE), "21 addresses"),
        (("a@example.org", "A@EXAMPLE.org"), "given twice"),
    ):
        with pytest.raises(UsageError, match=fact):
            alert_template(addresses)


# --- the command ------------------------------------------------------------------------------------------------------


alert = partial(run, "packs", "alert-template")


def test_to_standard_output(tmp_path):
    done = alert("--email", ODD[0], "--email", ODD[1], cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, alert_template(ODD[:2]))
    assert "--region us-east-1 --stack-name splitkit-root-alert --template-file FILE\n" in done.stderr
    assert "confirms two subscriptions" in done.stderr
    assert "splitkit packs show R15\n" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_into_a_new_file(tmp_path):
    done = alert("--email", ONE[0], "--out", "an alert.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "an alert.yaml").read_text() == alert_template(ONE)
    assert "written to an alert.yaml: 1 receiver\n" in done.stderr
    assert "--template-file 'an alert.yaml'\n" in done.stderr


def test_never_over_a_file(tmp_path):
    (tmp_path / "kept").write_text("kept")
    done = alert("--email", ONE[0], "--out", "kept", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "error: the file is there already, and splitkit never overwrites\nhint: name a new file\n"
    assert (tmp_path / "kept").read_text() == "kept"
    assert alert("--email", ONE[0], "--out", "no/where", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize(
    "address", [address for address in FORGED.values() if "\0" not in address], ids=[n for n in FORGED if n != "nul"]
)
def test_bad_addresses_write_nothing(address, tmp_path):
    done = alert("--email", ONE[0], "--email", address, "--out", "alert.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: address 2 is not an e-mail address\nhint: write it as name@example.org")
    assert "\x1b" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_no_address_too_many_or_one_twice(tmp_path):
    for addresses in ((), (*MANY, *ONE), (ONE[0], ONE[0].upper())):
        given = [word for address in addresses for word in ("--email", address)]
        done = alert(*given, "--out", "alert.yaml", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("error: ")
        assert "\nhint: " in done.stderr
    assert list(tmp_path.iterdir()) == []


WATCHED = """
import sys
def watch(event, args):
    if event.startswith("socket.") and event != "socket.__new__" or event.startswith("urllib."):
        raise SystemExit("network: " + event)
sys.addaudithook(watch)
from splitkit.__main__ import main
main()
"""


def test_it_asks_nobody(tmp_path):
    command = [sys.executable, "-c", WATCHED, "packs", "alert-template", "--email", ONE[0]]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, env=environment(), check=False, timeout=HANGS
    )
    assert (done.returncode, done.stdout) == (0, alert_template(ONE)), done.stderr
