"""Cases by hand: who is exempt from a deny, and why an exemption that was meant to be one is none.

Each line was decided by reading the policy with the IAM User Guide's rules beside it.
"""

from tests.audit.aws.case import (
    CHINA,
    PATHED,
    PERMISSION_SET,
    ROLE,
    ROOT,
    USER,
    Case,
    deny,
    unless,
)

ANYWHERE = "arn:aws:iam::*:role/break-glass"
SESSION = "arn:aws:sts::*:assumed-role/break-glass/*"
TAG = "aws:PrincipalTag/team"


def tagged(**tags: str) -> dict[str, object]:
    """A tree in which the role's tags are known, and nothing is attached anywhere else."""
    return {
        "root": {"policies": ["scp", "p-FullAWSAccess"], "accounts": ["111122223333"]},
        "organization": "o-example",
        "tags": {ROLE: tags},
    }


EXEMPT = [
    Case("its very ARN", unless("ArnNotLike", ROLE), "excluded", ("ArnNotLike",)),
    Case("a pattern over accounts", unless("ArnNotLike", [ANYWHERE]), "excluded"),
    Case("a key in capitals", unless("ArnNotLike", ROLE, "AWS:PRINCIPALARN"), "excluded"),
    Case("an operator in small letters", unless("arnnotlike", ANYWHERE), "excluded"),
    Case("ArnNotEquals, which globs", unless("ArnNotEquals", ANYWHERE), "excluded"),
    Case("StringNotLike, which globs", unless("StringNotLike", ANYWHERE), "excluded"),
    Case("StringNotEquals, letter by letter", unless("StringNotEquals", ROLE), "excluded"),
    Case(
        "StringNotEqualsIgnoreCase",
        unless("StringNotEqualsIgnoreCase", ROLE.upper()),
        "excluded",
    ),
    Case("ArnNotLikeIfExists, the key being there", unless("ArnNotLikeIfExists", ROLE), "excluded"),
    Case("ForAllValues:ArnNotLike", unless("ForAllValues:ArnNotLike", ROLE), "excluded"),
    Case("ForAnyValue:ArnNotLike", unless("ForAnyValue:ArnNotLike", [SESSION, ROLE]), "excluded"),
    Case(
        "one of several patterns", unless("ArnNotLike", ["arn:aws:iam::*:role/a", ROLE]), "excluded"
    ),
    Case(
        "two keys of one operator, the other one open",
        deny(
            Condition={"ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::x", "aws:PrincipalArn": ROLE}}
        ),
        "excluded",
    ),
    Case(
        "the path in the pattern",
        unless("ArnNotLike", "arn:aws:iam::*:role/*/break-glass"),
        "excluded",
        account=PATHED,
    ),
    Case(
        "the permission set with its path",
        unless(
            "ArnNotLike",
            "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com*/AWSReservedSSO_BreakGlass_*",
        ),
        "excluded",
        account=PERMISSION_SET,
    ),
    Case(
        "its account", unless("StringNotEquals", "111122223333", "aws:PrincipalAccount"), "excluded"
    ),
    Case("its type", unless("StringNotEquals", "AssumedRole", "aws:PrincipalType"), "excluded"),
    Case(
        "its name as a user",
        unless("StringNotLike", "break-*", "aws:username"),
        "excluded",
        account=USER,
    ),
    Case(
        "its tag",
        unless("StringNotEquals", "emergency", TAG),
        "excluded",
        (TAG,),
        tree=tagged(team="emergency"),
    ),
    Case(
        "its organization",
        unless("StringNotEquals", "o-example", "aws:PrincipalOrgID"),
        "excluded",
        tree=tagged(),
    ),
    Case(
        "NotPrincipal",
        {**deny(), "NotPrincipal": {"AWS": [ROLE, "111122223333"]}},
        "excluded",
        ("NotPrincipal",),
    ),
    Case(
        "a policy variable that is the user's own name",
        unless("ArnNotLike", "arn:aws:iam::*:user/${aws:username}"),
        "excluded",
        account=USER,
    ),
    Case(
        "a placeholder beside the pattern that matches",
        unless("ArnNotLike", ["${OTHER}", ROLE]),
        "excluded",
    ),
]

NOT_EXEMPT = [
    Case(
        "nobody is exempt",
        deny(),
        "blocking",
        ("every rescue action", "exempts nobody"),
        severity="critical",
    ),
    Case(
        "a session's ARN",
        unless("ArnNotLike", SESSION),
        "blocking",
        ("never matches", "never that of a session"),
    ),
    Case(
        "a session's ARN beside somebody else's",
        unless("ArnNotLike", ["arn:aws:sts::*:assumed-role/admin/*", "arn:aws:iam::*:role/admin"]),
        "blocking",
        ("never that of a session",),
    ),
    Case(
        "a star under StringNotEquals",
        unless("StringNotEquals", ANYWHERE),
        "blocking",
        ("StringNotEquals knows no wildcards and compares letter by letter",),
    ),
    Case(
        "a path left out",
        unless("ArnNotLike", ANYWHERE),
        "blocking",
        ("has the path /emergency/",),
        account=PATHED,
    ),
    Case(
        "a path too many",
        unless("ArnNotLike", "arn:aws:iam::*:role/ops/break-glass"),
        "blocking",
        ("has the path /",),
    ),
    Case(
        "the permission set's short name",
        unless("ArnNotLike", "arn:aws:iam::*:role/BreakGlass"),
        "blocking",
        ("role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_BreakGlass_",),
        account=PERMISSION_SET,
    ),
    Case(
        "the permission set's role without its path",
        unless("ArnNotLike", "arn:aws:iam::*:role/AWSReservedSSO_BreakGlass_*"),
        "blocking",
        ("+ hash",),
        account=PERMISSION_SET,
    ),
    Case(
        "the permission set's role without the Region",
        unless(
            "ArnNotLike",
            "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_BreakGlass_*",
        ),
        "blocking",
        ("sso.amazonaws.com/eu-central-1/",),
        account=PERMISSION_SET,
    ),
    Case(
        "another permission set",
        unless("ArnNotLike", "arn:aws:iam::*:role/AWSReservedSSO_Admin_*"),
        "blocking",
        ("is for others",),
        account=PERMISSION_SET,
    ),
    Case(
        "all roles of a path that is not its own",
        unless("ArnNotLike", "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*"),
        "blocking",
        ("is for others",),
    ),
    Case(
        "another account",
        unless("ArnNotLike", "arn:aws:iam::444455556666:role/break-glass"),
        "blocking",
        ("names account 444455556666", "is in account 111122223333"),
    ),
    Case(
        "another partition",
        unless("ArnNotLike", ANYWHERE),
        "blocking",
        ("names partition aws,", "partition aws-cn"),
        account=CHINA,
    ),
    Case(
        "a user where it is a role",
        unless("ArnNotLike", "arn:aws:iam::*:user/break-glass"),
        "blocking",
        ("names a user, and this is a role",),
    ),
    Case(
        "capitals in the name",
        unless("ArnNotLike", "arn:aws:iam::*:role/Break-Glass"),
        "blocking",
        ("upper and lower case differ",),
    ),
    Case(
        "others, of whom some are shown",
        unless("ArnNotLike", [f"arn:aws:iam::*:role/{name}" for name in "abcd"]),
        "blocking",
        ("is for others (arn:aws:iam::*:role/a, arn:aws:iam::*:role/b and 2 more)",),
    ),
    Case(
        "a root user where only roles are named",
        unless("ArnNotLike", ANYWHERE),
        "blocking",
        ("is for others", "this root user"),
        account=ROOT,
    ),
    Case(
        "not even an ARN, letter by letter",
        unless("StringNotEquals", "break-glass"),
        "blocking",
        ("is for others (break-glass)",),
    ),
    Case("an empty list exempts nobody", unless("ArnNotLike", []), "blocking", ("is for others",)),
    Case(
        "no such tag, IfExists",
        unless("StringNotEqualsIfExists", "emergency", TAG),
        "blocking",
        ("has no tag", "StringNotEqualsIfExists a missing key counts as not exempt"),
        tree=tagged(),
    ),
    Case(
        "no such tag",
        unless("StringNotEquals", "emergency", TAG),
        "blocking",
        ("has no tag", "a missing key never exempts"),
        tree=tagged(other="x"),
    ),
    Case(
        "another tag",
        unless("StringNotEquals", "emergency", TAG),
        "blocking",
        ("has dev",),
        tree=tagged(Team="dev"),
    ),
    Case(
        "another account by number",
        unless("StringNotEquals", "444455556666", "aws:PrincipalAccount"),
        "blocking",
        ("asks for aws:PrincipalAccount 444455556666", "has 111122223333"),
    ),
    Case(
        "a role has no user name",
        unless("StringNotLike", "break-*", "aws:username"),
        "blocking",
        ("has no key aws:username",),
    ),
    Case(
        "exemptions are ANDed, the second one fails too",
        deny(
            Condition={"StringNotEquals": {TAG: "x"}, "ArnNotLike": {"aws:PrincipalArn": SESSION}}
        ),
        "blocking",
        ("never that of a session",),
        tree=tagged(),
    ),
    Case(
        "a policy variable that the role does not have",
        unless("ArnNotLike", "arn:aws:iam::*:role/${aws:username}"),
        "blocking",
    ),
]

CASES = EXEMPT + NOT_EXEMPT
