"""Text that looks like a credential: it is never stored, logged or sent on.

People paste whole terminal buffers at 3 AM. A pasted error loses the credential and keeps the
rest; a note or an answer that looks like one is refused, so that the person knows.
The patterns are the published shapes of tokens; this is a net, not a proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# What people write after "the password is", when they do not write the password.
_SAID_OF_IT = (
    "about|accepted|already|also|always|at|available|been|behind|being|blank|blocked|changed|correct"
    "|disabled|empty|enforced|expired|expiring|from|going|gone|held|in|incorrect|inside|invalid"
    "|kept|known|locked|lost|missing|needed|never|none|not|older|on|only|optional|out|outside"
    "|printed|probably|refused|rejected|required|re-?sealed|reset|rotated|sealed|shared|still"
    "|stored|stuck|supplied|that|the|their|this|too|under|unknown|unset|valid|with|working|written|wrong|your"
)

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "private key",
        re.compile(
            r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----"
            r"(?:.{0,8000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----)?",
            re.DOTALL,
        ),
    ),
    ("Slack token", re.compile(r"\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{8,512}")),
    # Whoever has one speaks in the app's name.
    ("Slack hook", re.compile(r"\b(?:https?://)?hooks\.slack(?:-gov)?\.com/[\w/%.+=-]{8,512}")),
    ("JSON web token", re.compile(r"\beyJ[\w-]{8,4096}\.eyJ[\w-]{8,4096}\.[\w-]{0,4096}")),
    (
        "AWS secret access key",
        re.compile(
            r"(?i)aws.{0,20}(?:secret|session)[^\n]{0,30}?[=:]\s*[\"']?[A-Za-z0-9/+=]{30,2048}"
        ),
    ),
    ("GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{30,255})")),
    ("Google API key", re.compile(r"\bAIza[\w-]{35}")),
    ("Google OAuth token", re.compile(r"\bya29\.[\w-]{20,2048}")),
    ("one-time password seed", re.compile(r"otpauth://\S{1,512}")),
    (
        "bearer token",
        re.compile(r"(?i)\bauthorization\s*:\s*(?:bearer|basic)\s+[\w.~+/=-]{8,4096}"),
    ),
    (
        "password in a URL",
        re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@]{1,128}:[^\s@/]{3,256}@"),
    ),
    (
        "password",
        re.compile(
            r"(?i)\b(?:pass(?:word|wort|code|phrase|wd)?|pwd|client[ _-]?secret|api[ _-]?key"
            r"|recovery[ _-]?(?:code|key)s?|backup[ _-]?codes?|pin)"
            r"\s*(?:is\b|are\b|=|:)\s*[\"'`]?"
            rf"(?!\[|\b(?:{_SAID_OF_IT})(?![\w@#$%&*+=~^-]))[^\s\"'`]{{4,256}}"
        ),
    ),
)


def find_secrets(text: str) -> Iterator[str]:
    """The names of what looks like a credential in `text`, each once, in a fixed order."""
    for name, pattern in _PATTERNS:
        if pattern.search(text):
            yield name


def remove_secrets(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with each credential replaced by a visible mark, and the names of what went."""
    names = []
    for name, pattern in _PATTERNS:
        text, count = pattern.subn(f"[REMOVED: {name}]", text)
        if count:
            names.append(name)
    return text, tuple(names)
