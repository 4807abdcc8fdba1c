"""Cleaning gives back what the vendor wrote before mail, chat and terminals touched it."""

import pytest

from bot.diagnosis.text import normalise

MANGLED = {
    "hard spaces": ("Error\u00a0Code\u202f:\u20095", "Error Code : 5"),
    "unseen characters": ("53\u200b003\ufeff\u00ad", "53003"),
    "typographic quotes": ("don\u2019t \u201cask\u201d", 'don\'t "ask"'),
    "dashes": ("a\u2011b \u2013 c", "a-b - c"),
    "a wide colon": ("Code\uff1a5", "Code:5"),
    "line ends": ("a\r\nb\u2028c\n\n  d", "a\nb\nc\nd"),
    "quoted mail": ("> > a\n>b\n > c", "a\nb\nc"),
    "a Terraform frame": ("\u2577\n\u2502 Error\n\u2502   x\n\u2575", "Error\nx"),
    "chat escapes": ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
    "a chat mail link": ("<mailto:a@example.com|a@example.com>", "a@example.com"),
    "an escaped chat link": ("&lt;https://x.example.com/y|x.example.com&gt;", "x.example.com"),
    "a chat link without a label": ("<https://example.com/a>", "https://example.com/a"),
    "a mail address in brackets": ("<a@example.com>", "a@example.com"),
    "a placeholder is no link": ("<account-id>", "<account-id>"),
    "JSON escapes": ('\\u0027x\\u0027 \\"y\\" a\\r\\nTrace', "'x' \"y\" a\nTrace"),
    "a domain name is no line break": ("EXAMPLE\\nora", "EXAMPLE\\nora"),
    "back quotes": ("```AADSTS1```", "AADSTS1"),
    "an ARN cut in two": ("arn:aws:iam::1:role/\n  x", "arn:aws:iam::1:role/x"),
    "a GUID cut in two": ("790d21d9-\n68fb-457f", "790d21d9-68fb-457f"),
    "a list is no GUID": ("first -\nsecond", "first -\nsecond"),
}


@pytest.mark.parametrize(("pasted", "written"), MANGLED.values(), ids=MANGLED)
def test_what_others_did_to_a_text_is_undone(pasted: str, written: str) -> None:
    """One mangling at a time, with the text that was meant."""
    assert normalise(pasted) == written
