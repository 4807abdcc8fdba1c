"""What people write about a Microsoft Entra lockout when they have no code.

Data only: symptoms and hints that lead to scenarios 1 to 15. Codes are in `entra`.
"""

from typing import Final

from bot.diagnosis.table import Hint, Symptom, rule, rules

_STOPPED = (
    r"\bblock|\block(?:s|ed|ing|out)?\b|can't|cannot|den(?:y|ied|ies)|refus|fail|stuck|unable"
)
_DOWN = r"\bdown\b|outage|expired|unreachable|offline|stopped|broken?\b|not respond|fail|misconfig"
_EVERYBODY = (
    r"every(?:one|body)|all (?:of )?(?:our |the |my )?(?:users|admins|administrators|staff|people)"
    r"|nobody|no one|whole (?:company|tenant|organi[sz]ation)|entire (?:company|tenant)"
)
_OTHERS = rule(r"\baws\b|\bscps?\b|google|\bgcp\b|identity center|workspace|deny polic|\biam\b")
_GLASS = r"break[- ]?glass|emergency (?:access )?(?:account|admin|user)"

SYMPTOMS: Final = (
    Symptom(
        (8,),
        rules(
            r"authenticator|phone\b|mobile|second factor",
            r"\blost\b|stolen|broken?\b|new phone|factory reset|wiped|replaced|\bgone\b",
            r"global admin|(?:only|sole|single|one) (?:\w{1,20} )?admin",
        ),
    ),
    Symptom(
        (9,),
        rules(
            r"\bpim\b|privileged identity management|eligible (?:role|assignment|for)",
            r"approv|activat|elevat",
            _STOPPED + r"|nobody|no one|no approver|deadlock|\bleft\b|pending|waiting",
        ),
        _OTHERS,
        need="free",
    ),
    Symptom(
        (13,),
        rules(
            r"microsoft[- ]managed (?:conditional access )?polic",
            r"switched|turned|enabled|\bwent\b|\bon\b|enforc|" + _STOPPED,
        ),
        need="free",
    ),
    Symptom(
        (13,),
        rules(
            r"terraform|pipeline|infrastructure as code",
            r"exclusion|excluded?\b|exempt",
            r"dropp|remov|revert|\blost\b|\bgone\b|overw|wiped|deleted|missing",
        ),
        _OTHERS,
        need="unrivalled",
    ),
    Symptom(
        (13,),
        rules(r"restor", r"deleted (?:conditional access |ca )?polic", _STOPPED + r"|\bon\b"),
    ),
    Symptom(
        (14,),
        rules(
            r"group",
            r"re-?created?\b|(?:object ?)?id (?:has |was |is )?(?:changed|different|new)|deleted"
            r"|membership (?:was |has |has been |got )?(?:changed|removed|emptied|lost)"
            r"|dynamic (?:rule|membership)|no longer (?:a )?member|removed from",
            r"object ?id|\bexclusion|conditional access|" + _GLASS,
        ),
        _OTHERS,
        need="unrivalled",
    ),
    Symptom(
        (12,),
        rules(
            _GLASS,
            r"(?:is|was|been|got|are|were|account|gets) (?:\w{1,20} )?(?:locked|disabled"
            r"|deactivated)|password (?:has |is |was )?expired|clean-?up"
            r"|leaked credential|\bmace\b",
        ),
        _OTHERS,
    ),
    Symptom(
        (12,),
        rules(r"leaked credential|\bmace\b", r"\block(?:ed|out)?\b|disabled|blocked"),
    ),
    Symptom(
        (2,),
        rules(
            r"authentication strength|phishing[- ]resistant|passkeys?\b|fido2",
            r"requir|asks? for|asking|prompt|demand|wants",
            r"(?:none|no one|nobody|not|never|hasn't|haven't|don't|no admin)\b.{0,40}"
            r"(?:registered|enrolled|set up|have one|has one)|no (?:passkey|fido2|security key)",
        ),
    ),
    Symptom(
        (3,),
        rules(
            r"compliant|hybrid[- ](?:azure ad[- ]|entra[- ])?join|domain[- ]joined|managed device"
            r"|not enrolled in intune",
            r"device|laptop|computer|\bpc\b",
            _STOPPED + r"|requir",
        ),
        rule(r"google|\baws\b"),
    ),
    Symptom(
        (4,),
        rules(
            r"mfa (?:\w{1,20} )?loop|loop\w{0,3} (?:\w{1,20} ){0,3}mfa"
            r"|mfa prompt (?:again and again|keeps|loops)",
            r"portal|admin cent(?:er|re)|\bcli\b|powershell|" + _GLASS,
        ),
    ),
    Symptom(
        (4,),
        rules(
            r"mandatory (?:mfa|multi-?factor)",
            r"portal|admin cent(?:er|re)|\bcli\b|powershell|" + _GLASS,
            _STOPPED + r"|\b(?:no|without an?) (?:\w{1,20} )?(?:method|passkey|factor)"
            r"|not registered|never registered",
        ),
    ),
    Symptom(
        (5,),
        rules(
            r"outside (?:of )?(?:the |our )?(?:office|network|company|country|building)"
            r"|named location|trusted (?:ip|location)|\bvpn\b|\bipv6\b|ip (?:range|address)"
            r" (?:has |was )?changed|home office|from home|travell?ing|from abroad",
            r"conditional access|\bca polic|policy",
            _STOPPED,
        ),
    ),
    Symptom(
        (6,),
        rules(
            r"\bduo\b|external (?:mfa|authentication method|multi-?factor)|custom control"
            r"|third[- ]party mfa|\brsa securid\b",
            _DOWN,
        ),
    ),
    Symptom(
        (7,),
        rules(
            r"\bad ?fs\b|pass-?through auth|\bpta agent|token[- ]signing cert",
            _DOWN + r"|can't|cannot|error",
        ),
        _OTHERS,
        need="unrivalled",
    ),
    Symptom((7,), rules(r"federat(?:ion|ed)", r"sign|log", _DOWN), _OTHERS),
    Symptom(
        (10,),
        rules(
            r"security defaults",
            _STOPPED + r"|since|after|stopped working|suddenly",
        ),
        _OTHERS,
        need="free",
    ),
    Symptom(
        (11,),
        rules(
            r"(?:can't|cannot|unable to|blocked from|not allowed to) (?:\w{1,20} ){0,2}"
            r"(?:register|enrol)|registration (?:\w{1,20} ){0,5}(?:is |was )?"
            r"(?:blocked|refused|denied)",
            r"security info|security key|passkey|fido2|\bmfa\b|authenticator|sign-in method",
        ),
    ),
    Symptom(
        (15,),
        rules(
            r"\bgdap\b|delegated admin(?:istration|istrator)? (?:privileges|relationship|access)",
            _STOPPED + r"|expired|no longer|removed|terminated",
        ),
        _OTHERS,
        need="free",
    ),
    Symptom(
        (15,),
        rules(
            r"\bpartner\b|service provider|reseller",
            r"(?:can't|cannot|can no longer|unable to|not able to) (?:\w{1,20} ){0,2}"
            r"(?:enter|sign|log|access|manage|reach|get)",
            r"tenant|customer",
        ),
    ),
    Symptom(
        (1,),
        rules(r"conditional access|\bca polic", _STOPPED, _EVERYBODY),
    ),
)

HINTS: Final = (
    Hint(
        5,
        rule(
            r"\boutside\b|\blocations?\b|\bcountr(?:y|ies)\b|\bvpn\b|\bipv6\b|from home|home office"
            r"|travell?ing|abroad|(?:public|new|different|egress|trusted|our) ip\b|ip ranges?\b"
            r"|ip (?:address )?(?:has |was )?(?:changed|not in|is not)|office network|proxy"
        ),
    ),
    Hint(
        8,
        rule(
            r"\b(?:lost|stolen|broken?|new) (?:\w{1,20} ){0,3}(?:phone|authenticator|mobile|device)"
        ),
    ),
    Hint(10, rule(r"security defaults|service account|\bscript|\bsmtp\b|\bimap\b|legacy auth")),
    Hint(
        2,
        rule(r"authentication strength|phishing[- ]resistant|passkey|fido2"),
    ),
)
