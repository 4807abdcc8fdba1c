"""Whether one object ID is another with a slip of the finger in it.

For the sentence 'did you mean': a wrong exclusion group in a policy looks right at a glance.
"""

from __future__ import annotations

from collections.abc import Iterable

_CHANGED_AT_MOST = 2


def nearest(wrong: str, known: Iterable[str]) -> str:
    """The known ID that `wrong` was probably meant to be; empty if there is none.

    Near is: up to two other characters, one character too many or too few, or two swapped. IDs
    that are equal but for their case are the same, not near.
    """
    written = wrong.casefold()
    for candidate in known:
        if _is_near(written, candidate.casefold()):
            return candidate
    return ""


def _is_near(one: str, other: str) -> bool:
    if one == other or min(len(one), len(other)) < 2 * _CHANGED_AT_MOST + 1:
        return False
    if len(one) == len(other):
        changed = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        return len(changed) <= _CHANGED_AT_MOST
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    at = next((n for n, a in enumerate(shorter) if a != longer[n]), len(shorter))
    return shorter[at:] == longer[at + 1 :]
