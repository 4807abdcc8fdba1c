"""Every text that must be read, with its reading: codes, sentences, and two providers at once.

A table, no code: a wording that was read wrongly becomes one more line. Texts that must be left
alone are in `strangers`.
"""

from tests.diagnosis.case import SCP, Case
from tests.diagnosis.cases_aws import AWS
from tests.diagnosis.cases_entra import ENTRA
from tests.diagnosis.cases_google import GOOGLE
from tests.diagnosis.cases_panel import BLOCKED
from tests.diagnosis.sentences import SENTENCES

BOTH = (
    Case(
        "two codes: the first is read",
        f"AADSTS53003 first, then {SCP}",
        "entra",
        "AADSTS53003",
        BLOCKED,
    ),
    Case(
        "two codes, the other way round",
        f"{SCP}, later AADSTS53003",
        "aws",
        "explicit-deny-scp",
        (16, 17),
    ),
    Case(
        "a code beats a sentence",
        f"The super admin left the company. Now AWS says: {SCP}",
        "aws",
        "explicit-deny-scp",
        (16, 17),
    ),
    Case(
        "a code beats a denial without reason",
        "AccessDenied: User: arn:aws:iam::123456789012:user/x is not authorized to perform: s3:x,"
        " then AADSTS53003",
        "entra",
        "AADSTS53003",
        BLOCKED,
    ),
    Case(
        "the text is stronger than the chosen provider",
        "AADSTS53003",
        "entra",
        "AADSTS53003",
        BLOCKED,
        hint="aws",
    ),
)

CASES = (*ENTRA, *AWS, *GOOGLE, *BOTH, *SENTENCES)
