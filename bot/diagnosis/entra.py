"""What is known about Microsoft Entra ID: codes, symptoms, scenarios 1 to 15.

Only data and the finding of AADSTS numbers. To add a code, add a line to `CODES`. Meanings follow
Microsoft's table of error codes; what is seen in practice but is not in that table says so.
"""

from typing import Final

from bot.diagnosis.entra_symptoms import HINTS, SYMPTOMS
from bot.diagnosis.pick import EMAIL, GUID, MOMENT, NAME, labelled, titled
from bot.diagnosis.reading import Found
from bot.diagnosis.table import Code, Field, Form, Tables, rule, rules

CODE_PAGE: Final = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes"
_CA = (
    "https://learn.microsoft.com/entra/identity/conditional-access/troubleshoot-conditional-access"
)

_ASK = "Note the Request ID and the time, and look up this sign-in in the sign-in log."


def _code(number: str, meaning: str, scenarios: tuple[int, ...] = (), branch: str = "") -> Code:
    return Code(f"AADSTS{number}", meaning, scenarios, CODE_PAGE, branch)


_ALL: tuple[Code, ...] = (
    _code("50053", "The account is locked, or the sign-in came from a bad address.", (12,)),
    _code("50055", "The password has expired.", (12,)),
    _code("50057", "The account is disabled.", (12,)),
    _code("50072", "The account must first register for multi-factor sign-in.", (4, 10)),
    _code("50074", "Multi-factor sign-in is required and was not passed.", (4, 8)),
    _code("50076", "Multi-factor sign-in is required.", (4, 8)),
    _code("50078", "The multi-factor sign-in has expired and must be done again.", (4, 8)),
    _code("50079", "The account must first register for multi-factor sign-in.", (4, 10)),
    _code(
        "50097",
        "The device must prove itself first.",
        branch="Sign in from a device that is registered with the tenant.",
    ),
    _code(
        "50105",
        "The account is not assigned to this application. This is no lockout of the tenant.",
        branch="Let an application administrator assign the account to the application.",
    ),
    _code("50107", "The federation of this domain was not found.", (7,)),
    _code(
        "50131",
        "Conditional Access failed: a bad device state, suspicious activity or a policy decision.",
        branch=_ASK,
    ),
    _code("50144", "The password in Active Directory has expired.", (12,)),
    _code("50155", "The device could not prove itself for this account.", branch=_ASK),
    _code("50158", "A check by an outside provider was not passed.", (6,)),
    _code("50161", "The outside provider did not send the claims that are needed.", (6,)),
    _code("53000", "A policy requires a compliant device, and this one is not.", (3,)),
    _code("53001", "A policy requires a domain-joined device, and this one is not.", (3,)),
    _code(
        "53002",
        "A policy requires an approved app, and this is not one.",
        branch="Sign in with an app from the approved list, or with an emergency account.",
    ),
    Code(
        "AADSTS53003",
        "Conditional Access blocked the sign-in.",
        (1, 5, 13, 14, 2),
        _CA,
    ),
    Code(
        "AADSTS530003",
        "The device is required to be managed."
        " This code is seen in practice but is not in Microsoft's published table.",
        (3,),
        _CA,
    ),
    _code("530034", "A partner's administrator was blocked: risk in the home tenant.", (15,)),
    _code("530035", "Security defaults blocked the sign-in.", (10,)),
    _code("53004", "Registering for multi-factor sign-in is blocked because of risk.", (11,)),
    _code(
        "53009",
        "A policy requires an Intune app protection policy on the app.",
        branch="Use an app that is protected by Intune, or an emergency account.",
    ),
    _code("53010", "Security info cannot be set from this place or device.", (11,)),
    _code("53011", "The account is blocked because of risk in its home tenant.", (15,)),
    _code(
        "70043",
        "The session is too old for the sign-in frequency that a policy sets.",
        branch="Sign in again.",
    ),
    _code("80001", "The agent cannot reach Active Directory to check the password.", (7,)),
    _code(
        "500212",
        "The outbound access policy of the user's own tenant does not allow the other tenant.",
        branch="Let an admin of the user's own tenant change its cross-tenant access settings.",
    ),
    _code(
        "500213",
        "The cross-tenant access policy of the tenant does not let this user in.",
        branch="Let an admin of the tenant to be entered change its cross-tenant access settings.",
    ),
)
CODES: Final[dict[str, Code]] = {code.name.removeprefix("AADSTS"): code for code in _ALL}

FORMS: Final = (
    Form(
        rule(r"your device is required to be managed|you can't get there from here"),
        Code("device-not-managed", "The policy requires a managed device.", (3,), _CA),
    ),
    Form(
        rule(
            r"you (?:cannot|can't|do not have|don't have) access (?:to )?this right now"
            r"|does not meet the criteria to access this resource"
        ),
        Code(
            "blocked-by-policy",
            "The password was right, but a policy refused the sign-in.",
            (1, 5, 3, 13, 14, 2),
            _CA,
        ),
        generic=True,
    ),
    Form(
        rule(r"blocked by security defaults"),
        Code("security-defaults", "Security defaults blocked the sign-in.", (10,), CODE_PAGE),
    ),
)

# The error page and the error texts themselves speak of places and apps: that is no evidence.
_BOILERPLATE = rule(
    r"(?:for example,? )?you might be signing in from an? [^.]{0,160}\."
    r"|because you moved to a new location|because the user moved to a new location"
    r"|location\s?:\s?[^:]{0,60}"
)

_FIELDS = (
    Field("request_id", rules(labelled(r"request[\s_-]?id", GUID))),
    Field("correlation_id", rules(labelled(r"correlation[\s_-]?id", GUID))),
    Field("trace_id", rules(labelled(r"trace[\s_-]?id", GUID))),
    Field(
        "timestamp",
        rules(
            titled(r"time\s?stamp", MOMENT),
            titled(r"(?:createdDateTime|date(?:\s?\(utc\))?)", MOMENT),
        ),
    ),
    Field(
        "app_id",
        rules(
            labelled(r"(?:app(?:lication)?|client)[\s_-]?id", GUID),
            rf"\bapplication (?:[^\n'\"]{{1,80}} \()?'{GUID}",
        ),
    ),
    Field(
        "app_name",
        rules(titled(r"app(?:lication)?[\s_-]?(?:display\s?)?name", NAME)),
    ),
    Field(
        "resource_id",
        rules(labelled(r"resource[\s_-]?id", GUID), rf"to access '{GUID}'"),
    ),
    Field(
        "tenant_id",
        rules(
            labelled(r"(?:tenant|directory)[\s_-]?id", GUID),
            labelled("tenant", GUID),
            rf"login\.microsoftonline\.com/{GUID}",
        ),
    ),
    Field(
        "user_principal_name",
        rules(
            labelled(r"user[\s_-]?principal[\s_-]?name", EMAIL),
            titled(r"(?:upn|user\s?name|sign-?in name|account|user)", EMAIL),
            rf"(?:signed[ -]in user|user account|for user|the user) '{EMAIL}'",
        ),
    ),
    Field("object_id", rules(labelled(r"(?:(?:object|user)[\s_-]?id|oid)", GUID))),
    Field(
        "policy_id",
        rules(
            labelled(r"policy[\s_-]?id", GUID),
            rf"\"id\"\s?:\s?\"{GUID}\"\s?,\s?\"displayName\"\s?:\s?\"[^\"]{{1,256}}\""
            r"[^{}]{0,400}\"result\"\s?:\s?\"failure\"",
        ),
    ),
    Field(
        "policy_name",
        rules(
            titled(r"policy[\s_-]?(?:display\s?)?name", NAME),
            r"\"displayName\"\s?:\s?\"([^\"\n]{1,256})\"[^{}]{0,400}"
            r"\"result\"\s?:\s?\"failure\"",
        ),
    ),
    Field(
        "ip_address",
        rules(titled(r"(?:client\s?)?ip\s?(?:address)?", r"([0-9a-f:.]{2,45})(?![0-9a-z])")),
    ),
    Field("device_state", rules(titled(r"device\s?state", NAME))),
)

TABLES: Final = Tables(
    provider="entra",
    named=rule(
        r"\bentra\b|\bazure\b|\baad(?:sts[0-9]{0,8})?\b|microsoft 365|\bm365\b|office 365|\bo365\b"
        r"|global admin|conditional access|\bintune\b|onmicrosoft\.com|microsoftonline\.com"
        r"|security defaults|privileged identity management"
    ),
    forms=FORMS,
    symptoms=SYMPTOMS,
    hints=HINTS,
    fields=_FIELDS,
    boilerplate=_BOILERPLATE,
)

_WRITTEN = rule(r"(?<![a-z0-9])(AADSTS[\s:_-]{0,2}([0-9]{4,8}))(?![0-9])")
_LABELLED = rule(
    r"(?<![a-z0-9])(?:error[\s_-]?codes?|error|fehlercode|code d'erreur|c.digo de error"
    r"|codice errore|foutcode)[\"'*_]{0,3}\s?[:=#]?\s?[\"'*\[(]{0,3}\s?([0-9]{5,6})(?![0-9a-z.-])"
)
_ALONE = rule(r"\A[\s#(\[\"']{0,3}([0-9]{5,6})[\s.!?)\]\"']{0,3}\Z")


def find_codes(flat: str) -> list[Found]:
    """Give the AADSTS codes of a text in its order, each number once.

    A number without the letters counts only with a label or as the whole text, and only if it is
    in the table. A number with the letters that is not in the table has rank 1.
    """
    found: dict[str, Found] = {}
    for match in _WRITTEN.finditer(flat):
        number = match[2]
        code = CODES.get(number) or Code(
            f"AADSTS{number}",
            "This is a Microsoft sign-in error, but its number is not in the list known here.",
            (),
            CODE_PAGE,
            f"Look the number up in Microsoft's table of error codes. {_ASK}",
        )
        rank = 2 if number in CODES else 1
        found.setdefault(number, Found(code, match.start(), match.end(), match[1], rank))
    for form in (_LABELLED, _ALONE):
        for match in form.finditer(flat):
            if (number := match[1]) in CODES:
                found.setdefault(number, Found(CODES[number], match.start(), match.end(), number))
    return sorted(found.values(), key=lambda each: each.at)
