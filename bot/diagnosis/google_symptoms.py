"""What people write about a Google lockout when they have no message.

Data only: symptoms and hints that lead to scenarios 25 to 32. Messages are in `google`.
"""

from typing import Final

from bot.diagnosis.table import Hint, Symptom, rule, rules

CAA_CODE: Final = "context-aware-access"
DENIED_CODES: Final = ("IAM_PERMISSION_DENIED", "PERMISSION_DENIED")

_STOPPED = (
    r"\bblock|\block(?:s|ed|ing|out)?\b|den(?:y|ied|ies)|can't|cannot|lost access|shut out"
    r"|no access|(?:do not|don't) have access"
)
_EVERYBODY = (
    r"every(?:one|body)|all (?:of )?(?:our |the )?(?:users|staff|people|admins)|nobody|no one"
    r"|whole (?:company|organi[sz]ation|domain)|company-wide"
)
_LEVEL = r"context[- ]aware|access level|\bcaa\b"

SYMPTOMS: Final = (
    Symptom(
        (25,),
        rules(
            r"\b2sv\b|2-step verification|two-step verification",
            r"enforc|polic|requir|security keys? only",
            _STOPPED,
        ),
    ),
    Symptom(
        (31,),
        rules(
            r"cloud console|console\.cloud\.google|\bgcloud\b|gcpuseraccessbinding",
            _LEVEL + r"|access binding",
            _STOPPED + r"|\bunmet\b|not met",
        ),
        need="unrivalled",
    ),
    Symptom(
        (26,),
        rules(
            r"admin console|admin\.google\.com",
            _LEVEL + r"|admin has blocked|ip subnet|company-owned device",
            _STOPPED + r"|deleted",
        ),
        need="unrivalled",
    ),
    Symptom(
        (27,),
        rules(
            r"\bsso\b|single sign-?on|\bidp\b|identity provider|\bsaml\b",
            r"\berrors?\b|\bdown\b|outage|expired|\bfail|broken?\b|\b5[0-9][0-9]\b",
            _EVERYBODY,
        ),
        rule(r"identity center|\baws\b"),
    ),
    Symptom(
        (28,),
        rules(
            r"super[ -]?admin",
            r"\bleft (?:the |our )?(?:company|organi[sz]ation|us|team)|\bhas left|\bhave left"
            r"|\bquit\b|\bdied\b|deceased|\bfired\b|resigned"
            r"|password (?:is |was )?(?:lost|forgotten|unknown)"
            r"|(?:lost|forgot|forgotten) (?:\w{1,20} ){0,3}password"
            r"|no longer (?:with|works|here)",
        ),
        rule(r"okta|slack|zoom|atlassian|github|cloudflare|hubspot|\bmeta\b|facebook|salesforce"),
        need="unrivalled",
    ),
    Symptom(
        (29,),
        rules(
            r"\bdeny polic|principal access boundary|vpc service controls|\bvpc-sc\b",
            _STOPPED + r"|prohibit",
        ),
    ),
    Symptom(
        (29,),
        rules(
            r"permission[_ ]denied|permission error",
            r"(?:although|despite|even though|but|still)\b",
            r"\bowner\b|\bgranted\b|has the (?:\w{1,20} )?role|right role|\beditor\b",
        ),
    ),
    Symptom(
        (30,),
        rules(
            r"org(?:ani[sz]ation)?[- ]polic(?:y|ies)|orgpolicy|policyadmin|orgadmin"
            r"|organi[sz]ation admin",
            r"gr[ea]y(?:ed)?\b|nobody has|no one has|nobody (?:is|holds)|buttons? (?:is |are )?"
            r"(?:disabled|inactive)",
            r"super[ -]?admin|button|\bedit\b|orgadmin|organi[sz]ation admin|policyadmin",
        ),
        rule(r"\bchrome\b|windows|\bedge\b|outlook|\bgpo\b|group policy"),
        need="unrivalled",
    ),
    Symptom(
        (32,),
        rules(
            r"domain[- ]restricted sharing|allowedpolicymemberdomains",
            _STOPPED + r"|\badd(?:ing)?\b|refus",
        ),
        need="unrivalled",
    ),
)

HINTS: Final = (
    Hint(
        30,
        rule(
            r"\borgpolicy\.|resourcemanager\.organizations\.(?:set|update|get)|policyadmin"
            r"|gr[ea]yed out"
        ),
        adds=DENIED_CODES,
    ),
    Hint(31, rule(r"cloud console|console\.cloud\.google|\bgcloud\b")),
    Hint(26, rule(r"admin console|admin\.google\.com")),
)
