"""What people write about an AWS lockout when they have no message.

Data only: symptoms and hints that lead to scenarios 16 to 24. Messages are in `aws`.
"""

from typing import Final

from bot.diagnosis.table import Hint, Symptom, rule, rules

SCP_CODES: Final = ("explicit-deny-scp", "implicit-deny-scp")

_STOPPED = r"\bblock|\block(?:s|ed|ing|out)?\b|den(?:y|ied|ies|ying)|can't|cannot|refus|shut out"
_SCP_WORD = r"\bscps?\b|service control polic"

SYMPTOMS: Final = (
    Symptom(
        (23,),
        rules(
            r"\broot\b",
            r"\bmfa\b|\b2fa\b|authenticator|yubikey|security key",
            r"\blost\b|stolen|\bgone\b|broken?\b|\bleft\b|wiped|replaced|\bdead\b",
        ),
        rule(
            r"android|root cause|certificate|linux|sudo|\bssh\b|global admin"
            r"|super ?admin|organi[sz]ation root"
        ),
        need="unrivalled",
    ),
    Symptom(
        (18, 16),
        rules(
            r"\bregions?\b",
            _SCP_WORD + r"|aws:requestedregion|region[- ]deny|everything|all (?:calls|actions)"
            r"|global service",
            _STOPPED,
        ),
    ),
    Symptom(
        (17, 16),
        rules(
            _SCP_WORD + r"|deny-?all|deny-?root",
            r"(?:every|all|each) (?:\w{1,20} )?accounts?\b|even (?:the )?root|root users?\b"
            r"|organi[sz]ation root|root ou\b",
            _STOPPED,
        ),
    ),
    Symptom(
        (16, 17),
        rules(_SCP_WORD, _STOPPED),
        rule(r"publickey|\bssh\b|port 22|\.pem\b|no such file"),
    ),
    Symptom(
        (19,),
        rules(
            r"(?<!_)administratoraccess|last (?:iam )?admin"
            r"|(?:all|only) (?:the |our )?(?:iam )?admins?\b|admin (?:role|user|group|policy)",
            r"\bdetach(?:ed|ing)?\b|\bdelet(?:ed|e|ing)\b|\bremov(?:ed|e|ing)\b|\bgone\b",
        ),
        rule(r"permission set"),
    ),
    Symptom(
        (20,),
        rules(
            r"multifactorauthpresent|mfa (?:\w{1,20} )?policy|denyiamnomfa|force[- ]?mfa"
            r"|require mfa",
            _STOPPED,
        ),
    ),
    Symptom(
        (21,),
        rules(
            r"identity center|aws sso|access portal|permission set|\bidp\b|identity provider|saml",
            r"error|\bdown\b|outage|\b5[0-9][0-9]\b|expired|removed|deleted|changed|fail|\bgone\b"
            r"|can't|cannot",
            r"sign|log ?in|assum|access|roles?\b|portal|certificate|identity source",
        ),
    ),
    Symptom(
        (22,),
        rules(
            r"bucket polic|queue polic|\bs3\b|\bsqs\b|bucket\b",
            _STOPPED,
            r"every(?:one|body)|all (?:users|principals|roles)|even (?:the )?(?:root|admin)|nobody"
            r"|ourselves|\bus out\b|no one",
        ),
        rule(_SCP_WORD),
    ),
    Symptom(
        (24,),
        rules(
            r"permissions? boundar|session policy|vpc endpoint policy|resource control polic",
            _STOPPED,
        ),
    ),
)

_EVERYWHERE = (
    r"arn:aws[a-z-]{0,12}:(?:iam|sts)::[0-9]{12}:root\b|\"type\"\s?:\s?\"root\""
    r"|(?:every|all|each) (?:\w{1,20} )?accounts?\b|even (?:the |as )?root|root users?\b"
    r"|organi[sz]ation root"
)

HINTS: Final = (
    Hint(17, rule(_EVERYWHERE)),
    Hint(
        18,
        rule(r"aws:requestedregion|\bregions?\b(?![\"']?\s?[:=])|region[- ]?deny|denyoutside"),
        adds=SCP_CODES,
    ),
    Hint(
        18,
        rule(
            r"\b(?!us-east-1\b)(?:us|eu|ap|sa|ca|me|af|il|mx|cn)(?:-gov)?-(?:north|south|east|west"
            r"|central|northeast|southeast|northwest|southwest)-[1-9]\b"
        ),
        adds=SCP_CODES,
        leads=False,
    ),
)
