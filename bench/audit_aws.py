"""How long the audit of AWS policies takes beside `json.loads` alone on the same files.

    python bench/audit_aws.py [FOLDER] [--policies 10000] [--accounts 1] [--distinct]

Prints both times and their ratio; asserts nothing. FOLDER is `../shared/corpus/aws` unless given;
where it is missing, policies are made up. Files are repeated until there are enough, and what is
the same is judged once; with `--distinct` every file gets an Id of its own, so that none is.
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import cycle, islice
from pathlib import Path

from bot.audit.aws.run import audit_aws
from bot.audit.model import Question, Source

MADE_UP = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Deny", "Action": [f"ec2:Delete{n}" for n in range(40)], "Resource": "*"},
        {
            "Effect": "Deny",
            "NotAction": ["iam:*", "sts:*", "support:*"],
            "Resource": "*",
            "Condition": {
                "StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"]},
                "ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/admin-*"]},
            },
        },
    ],
}


def read_sources(folder: Path, count: int) -> list[Source]:
    """That many files, repeated as needed; every one is valid JSON."""
    found = [path.read_bytes() for path in sorted(folder.rglob("*.json"))]
    contents = found or [json.dumps(MADE_UP, indent=2).encode()]
    return [
        Source(f"policy-{number}.json", content)
        for number, content in enumerate(islice(cycle(contents), count))
    ]


def told_apart(sources: list[Source]) -> list[Source]:
    """The same policies, each with another word somewhere; what is no such policy stays."""
    return [
        Source(
            source.name,
            source.content.replace(b'"Version"', b'"Id": "%d", "Version"' % number, 1),
        )
        for number, source in enumerate(sources)
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/corpus/aws"))
    parser.add_argument("--policies", type=int, default=10_000)
    parser.add_argument("--accounts", type=int, default=1)
    parser.add_argument("--distinct", action="store_true")
    options = parser.parse_args()
    sources = read_sources(options.folder, options.policies)
    if options.distinct:
        sources = told_apart(sources)
    accounts = tuple(
        f"arn:aws:iam::{111122223333 + number}:role/break-glass"
        for number in range(options.accounts)
    )
    size = sum(len(source.content) for source in sources)
    begin = time.perf_counter()
    for source in sources:
        json.loads(source.content)
    loads = time.perf_counter() - begin
    begin = time.perf_counter()
    report = audit_aws(sources, Question(accounts))
    audit = time.perf_counter() - begin
    fixes = sum(finding.fix is not None for finding in report.findings)
    print(
        f"{len(sources)} policies ({size / 1e6:.1f} MB), {len(accounts)} account(s), "
        f"{fixes} fixes\njson.loads {loads:.3f} s, audit {audit:.3f} s: {audit / loads:.1f} times"
    )


if __name__ == "__main__":
    main()
