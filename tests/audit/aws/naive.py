"""Conditions decided the slow and obvious way, with everything about the request known.

Written from the IAM User Guide alone, and shares no line with what it is compared to.
"""

from collections.abc import Mapping

Context = Mapping[str, tuple[str, ...]]


def glob(pattern: str, text: str) -> bool:
    """Whether `*` and `?` can stand for what is missing."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return glob(pattern[1:], text) or (bool(text) and glob(pattern, text[1:]))
    return bool(text) and pattern[0] in {"?", text[0]} and glob(pattern[1:], text[1:])


def arn(pattern: str, text: str) -> bool:
    """Part by part; the sixth part may hold colons."""
    wanted, given = pattern.split(":", 5), text.split(":", 5)
    if len(given) != 6:
        return False
    return all(glob(want, have) for want, have in zip(wanted, given, strict=True))


def equal(base: str, wanted: str, given: str) -> bool:
    """Whether one value of a policy matches one of the request."""
    if base.endswith("like") and base.startswith("string"):
        return glob(wanted, given)
    if base.startswith("arn"):
        return arn(wanted, given)
    if base in {"bool", "stringequalsignorecase"}:
        return wanted.lower() == given.lower()
    return wanted == given


def holds(operator: str, key: str, values: tuple[str, ...], context: Context) -> bool:
    """Whether one line of a condition holds."""
    name = operator.lower()
    quantifier = ""
    if ":" in name:
        quantifier, name = name.split(":")
    optional = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    negated = "not" in name
    base = name.replace("not", "")
    given = context.get(key.lower(), ())
    if base == "null":
        return any((value.lower() == "true") == (not given) for value in values)
    one = [any(equal(base, value, have) for value in values) for have in given]
    if negated:
        one = [not found for found in one]
    if quantifier == "forallvalues":
        return all(one)
    if quantifier == "foranyvalue":
        return any(one)
    if not given:
        return optional or negated
    return all(one) if negated else any(one)
