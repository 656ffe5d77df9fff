"""The alert on every use of the root user, as a CloudFormation template for the management account.

Written as text, so that whoever deploys it can read why each line is there; splitkit itself talks to no account.

What the template relies on is said by these pages of the AWS documentation:

*   "AWS Management Console sign-in events" (CloudTrail): sign-ins of the root user are recorded in us-east-1.
*   "AWS service events delivered via AWS CloudTrail" (EventBridge): the detail-types, and that a trail has to exist.
*   "Receiving read-only management events from AWS services" (EventBridge): the state that lets these events through.
*   "Managing Amazon SNS encryption keys and costs" (SNS): a key of one's own, its policy, and that conditions on the
    source are not supported there for EventBridge.
*   "Using resource-based policies for Amazon EventBridge": no conditions in a topic policy for EventBridge; but
    "Cross-service confused deputy prevention in Amazon EventBridge" has them.  That is why they are a parameter.
*   "Amazon EventBridge input transformation": each line in quotes, and what is not in an event stays empty.
*   "Monitoring Amazon EventBridge": the metric FailedInvocations counts what was given up.
"""

import hashlib
import json
import re
from collections.abc import Sequence

from splitkit.errors import UsageError

STACK = "splitkit-root-alert"
"""The name of the stack in the command that deploys it."""

REGION = "us-east-1"
"""Where sign-ins of the root user are recorded."""

MAX_ADDRESSES = 20
MAX_ADDRESS = 254
"""Characters of an address that mail can carry: RFC 5321, section 4.5.3.1.3, without the angle brackets."""

_MAX_LOCAL = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LAST_LABEL = r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
_ADDRESS = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?:{_LABEL}\.)+{_LAST_LABEL}")
"""RFC 5321 without quoted local parts and address literals, which nobody's mailbox has."""


def alert_template(addresses: Sequence[str]) -> str:
    """Return the template that tells *addresses* of every use of the root user.

    Raises:
        UsageError: If an address is none or is there twice, or there are none or too many.
    """
    check_addresses(addresses)
    return _TEMPLATE + "".join(_subscriptions(address) for address in addresses)


def check_addresses(addresses: Sequence[str]) -> None:
    """Refuse what no alert can be sent to.

    Raises:
        UsageError: With what to do instead.
    """
    if not 1 <= len(addresses) <= MAX_ADDRESSES:
        raise UsageError(
            f"{len(addresses)} addresses were given", f"give 1 to {MAX_ADDRESSES}; for more people use a mailing list"
        )
    for position, address in enumerate(addresses, 1):
        _check_address(address, position)
    if len({address.lower() for address in addresses}) != len(addresses):
        raise UsageError("an address was given twice", "name each once; capitals make no difference")


def _check_address(address: str, position: int) -> None:
    """Refuse an address by its position: its text might move the cursor."""
    matched = _ADDRESS.fullmatch(address) if len(address) <= MAX_ADDRESS else None
    if matched is None or len(matched["local"]) > _MAX_LOCAL:
        raise UsageError(
            f"address {position} is not an e-mail address",
            f"write it as name@example.org, in plain ASCII, with at most {MAX_ADDRESS} characters",
        )


def _subscriptions(address: str) -> str:
    """Return both subscriptions of an address, named after the address itself.

    Were they numbered, then taking out one address would give each later one a new number, and CloudFormation would
    delete the subscription that it had just renewed.
    """
    name = hashlib.sha256(address.lower().encode("ascii")).hexdigest()[:12]
    return _SUBSCRIPTIONS.format(name=name, address=json.dumps(address))


_SUBSCRIPTIONS = """
  AlertTo{name}:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: !Ref AlertTopic
      Protocol: email
      Endpoint: {address}

  FailureTo{name}:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: !Ref FailureTopic
      Protocol: email
      Endpoint: {address}
"""

_TEMPLATE = """\
# Tells people by e-mail of every use of the root user.  Written by splitkit; nothing in it is secret.
#
# Before:  A CloudTrail trail has to record management events, reading and writing, in all regions.  EventBridge sees
#          none of the events below without one.
# Where:   In the management account, in us-east-1: there AWS records the sign-ins of the root user and its calls of
#          global services such as IAM.  Calls of a regional service are recorded in that service's region.  So deploy it
#          in every other region that is in use as well, one by one or as a StackSet with self-managed permissions (with
#          service-managed ones it would leave out the management account).
# After:   Each receiver confirms two subscriptions, from two messages of AWS.  An address that did not confirm gets
#          nothing, and nobody is told.  Then announce a ceremony, sign in, and see that all got the alert.
# Keep:    Whoever may change this stack can silence it, the root user included; but its sign-in is told first.

AWSTemplateFormatVersion: "2010-09-09"
Description: E-mail to the receivers of splitkit's procedure R15 on every use of the root user.

Parameters:
  # AWS says both: that EventBridge names its rule when it publishes to a topic, and that a topic's policy must not ask
  # for it.  An alert that is never delivered is worse than one that somebody forged, so the policy does not ask at first.
  # Once the test alert has come, set this to "yes" and test again; if no alert comes then, set it back.
  BindTopicToRule:
    Description: Whether only this very rule may publish (yes), or any rule of EventBridge that knows the topic (no).
    Type: String
    AllowedValues: ["yes", "no"]
    Default: "no"

Conditions:
  TopicIsBound: !Equals [!Ref BindTopicToRule, "yes"]

Resources:
  RootRule:
    Type: AWS::Events::Rule
    Properties:
      Description: Every sign-in of the root user, every call it makes, and every try to recover its password.
      # Plain ENABLED would leave out calls that only read, and reading is what an intruder does first.
      State: ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS
      EventPattern:
        detail-type:
          # What AWS sends; its own documentation also spells it as in the second line.
          - AWS Console Sign In via CloudTrail
          - AWS Console Signin via CloudTrail
          - AWS API Call via CloudTrail
          # What is done in the console without a call, such as in the settings of the account.
          - AWS Console Action via CloudTrail
        detail:
          $or:
            # Sign-ins (failed ones too), calls, and changes of the root user's password or e-mail address.
            - userIdentity:
                type: [Root]
                # Left out: what a service does by itself in the name of the root user.  It would come daily, and an alert
                # that comes daily is not read.  The root user's own call, which came first, does not have this field.
                invokedBy: [{exists: false}]
            # "Forgot your password?", which only the root user has.  Nobody has signed in yet at that moment, so this
            # does not ask who it was.
            - eventSource: [signin.amazonaws.com]
              eventName: [PasswordRecoveryRequested, PasswordRecoveryCompleted]
      Targets:
        - Id: alert
          Arn: !Ref AlertTopic
          # After an hour an alert is no alert any more; then FailureAlarm tells of it.  Nothing is lost without a
          # dead-letter queue: CloudTrail keeps the event itself.
          RetryPolicy:
            MaximumEventAgeInSeconds: 3600
            MaximumRetryAttempts: 185
          InputTransformer:
            # Only what AWS itself wrote.  The browser's name, for one, is left out: whoever signs in chooses it, and
            # could have the message say what they like.
            InputPathsMap:
              account: $.account
              address: $.detail.sourceIPAddress
              event: $.detail.eventName
              id: $.detail.eventID
              region: $.detail.awsRegion
              service: $.detail.eventSource
              session: $.detail.userIdentity.sessionContext.attributes.mfaAuthenticated
              signin: $.detail.additionalEventData.MFAUsed
              success: $.detail.responseElements.ConsoleLogin
              time: $.detail.eventTime
            # Each line stands in quotes, as EventBridge demands.  What an event does not have stays empty.
            InputTemplate: |
              "ALERT: THE ROOT USER OF AWS ACCOUNT <account> WAS USED"
              "Time (UTC): <time>"
              "Event: <event> (<service>)"
              "Sign-in: <success>"
              "Region: <region>"
              "From address: <address>"
              "MFA used at the sign-in: <signin>"
              "MFA used in the session: <session>"
              "Event ID in CloudTrail: <id>"
              "An empty line means that the event does not say it."
              "WHAT TO DO NOW, whatever the hour (splitkit, procedure R15):"
              "1. Look whether a ceremony was announced for this hour. Do not ask by any way that a message offers."
              "2. Announced: answer with the code of the ceremony and the minutes it took you."
              "3. Not announced, or nobody answers within ten minutes: call two people of the call-out card and begin R14."
              "There is no link to follow here, and nobody will ask you for a password or a sheet."

  # The key encrypts what waits in the topic.  It is a key of your own because the policy of the one that AWS manages,
  # alias/aws/sns, does not let EventBridge use it and cannot be changed: no alert would ever arrive.
  AlertKey:
    Type: AWS::KMS::Key
    # A key that is deleted by mistake silences the alert; deleting the stack leaves it, and so does replacing it.
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      Description: Encrypts the alerts on uses of the root user.
      EnableKeyRotation: true
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          # Without this statement nobody could ever change the policy of the key again.
          - Sid: AccountManagesKey
            Effect: Allow
            Principal:
              AWS: !Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:root
            Action: kms:*
            Resource: "*"
          # No condition on aws:SourceArn or aws:SourceAccount: for an encrypted topic EventBridge does not support
          # them in the policy of a key, and no alert would arrive.
          - Sid: EventBridgeUsesKey
            Effect: Allow
            Principal:
              Service: events.amazonaws.com
            Action: ["kms:Decrypt", "kms:GenerateDataKey*"]
            Resource: "*"

  AlertTopic:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: Root user alert
      KmsMasterKeyId: !GetAtt AlertKey.Arn

  AlertTopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref AlertTopic]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Sid: RulePublishes
            Effect: Allow
            Principal:
              Service: events.amazonaws.com
            Action: sns:Publish
            Resource: !Ref AlertTopic
            Condition: !If
              - TopicIsBound
              - ArnEquals: {"aws:SourceArn": !GetAtt RootRule.Arn}
              - !Ref AWS::NoValue
          # So that nobody in the account, whatever their rights, can write an alert by hand.
          - Sid: NoPersonPublishes
            Effect: Deny
            Principal: "*"
            Action: sns:Publish
            Resource: !Ref AlertTopic
            Condition:
              Bool: {"aws:PrincipalIsAWSService": "false"}
          - Sid: NothingWithoutTLS
            Effect: Deny
            Principal: "*"
            Action: sns:Publish
            Resource: !Ref AlertTopic
            Condition:
              Bool: {"aws:SecureTransport": "false"}

  # An alert that could not be delivered is told by a second way, which shares neither key nor topic nor policy with the
  # first.  It says only that there was one, so it is not encrypted: a key is one more thing that can fail.
  FailureAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmDescription: >-
        The root user was used, and the alert about it could not be delivered. Take this message for the alert: begin
        procedure R15 of splitkit, and look in CloudTrail for what was done.
      Namespace: AWS/Events
      MetricName: FailedInvocations
      Dimensions:
        - Name: RuleName
          Value: !Ref RootRule
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      # The metric is there only while something fails.
      TreatMissingData: notBreaching
      AlarmActions: [!Ref FailureTopic]

  FailureTopic:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: Root user alert failed

  FailureTopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref FailureTopic]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Sid: AlarmPublishes
            Effect: Allow
            Principal:
              Service: cloudwatch.amazonaws.com
            Action: sns:Publish
            Resource: !Ref FailureTopic
            Condition:
              ArnEquals: {"aws:SourceArn": !GetAtt FailureAlarm.Arn}
          - Sid: NothingWithoutTLS
            Effect: Deny
            Principal: "*"
            Action: sns:Publish
            Resource: !Ref FailureTopic
            Condition:
              Bool: {"aws:SecureTransport": "false"}

  # The receivers.  Each has one subscription to either topic, named after the address so that one can be taken out
  # without touching the others.
"""
