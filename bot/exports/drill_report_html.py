"""The report of a drill as a page to print: one sheet of paper for a usual tenant.

Like the exported timeline it loads nothing and runs nothing. Jinja escapes every value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.core.incident import Incident
from bot.core.timeline import Fact
from bot.exports.drill_report import report_of
from bot.exports.html_head import ENV, page_head
from bot.exports.html_style import CSS
from bot.exports.times import Times

_STYLE = (
    CSS
    + """
.result { display: inline-block; margin: 8px 0 0; padding: 4px 14px; border: 2px solid;
  border-radius: 8px; font-weight: 700; font-size: 1.1rem; }
.passed { color: var(--restored); } .failed, .open { color: var(--alarm); }
.report main, .report header, .report footer { max-width: 900px; }
.report .card { margin: 14px 0; padding: 14px 18px; }
.report h2 { margin: 0 0 6px; font-size: 1rem; }
.report h2 span { float: right; font-weight: 700; }
.report td { padding: 4px 10px 4px 0; }
.report td:first-child { width: 42%; }
.report td small { display: block; color: var(--soft); }
.report footer code { overflow-wrap: anywhere; }
.sign { display: grid; grid-template-columns: 1fr 1fr; gap: 40px; margin: 30px 0 0; }
.sign p { margin: 0; padding-top: 4px; border-top: 1px solid var(--ink); color: var(--soft);
  font-size: .82rem; }
@media screen and (max-width: 760px) {
  .report tr, .report td, .report td:first-child { display: block; width: auto; } }
@media print {
  @page { size: A4; margin: 9mm; }
  .report { font-size: 8pt; line-height: 1.25; }
  .report header { padding-top: 0; } .report h1 { font-size: 13pt; }
  .report main, .report header, .report footer { max-width: none; padding: 0; }
  .result { margin: 2px 0 0; padding: 1px 10px; font-size: 10pt; }
  .report .exercise { margin: 4px 0 0; padding: 2px 10px; border-width: 1px; }
  .report .card { margin: 4px 0; padding: 4px 8px; break-inside: avoid; }
  .report h2 { margin: 0 0 2px; font-size: 9pt; }
  .report .about { grid-template-columns: 105px 1fr 105px 1fr; gap: 1px 10px; }
  .report table { font-size: 7.5pt; } .report td { padding: 1px 8px 1px 0; }
  .report td small { font-size: 7pt; } .report ul.plain li { padding: 1px 0; }
  .report ul.plain small { font-size: 7.5pt; }
  .sign { margin-top: 22px; } .report footer p { margin: 3px 0; } }
"""
)

_PAGE = ENV.from_string("""\
{{ head }}
<body class="report">
<header>
<p class="kicker">DRILL of the emergency access</p>
<h1>{{ report.title }}</h1>
<p class="result {{ tone(report.result) }}">{{ report.result }}</p>
{% if report.exercise %}
<p class="exercise">EXERCISE: made with an example organisation.</p>
{% endif %}
</header>
<main>
<section class="card">
<dl class="about">
{% for label, value in report.about %}
<dt>{{ label }}</dt><dd>{{ value }}</dd>
{% endfor %}
</dl>
</section>
{% for part in report.parts %}
<section class="card">
<h2>{{ loop.index }}. {{ part.name }}{{ " (" ~ part.counted ~ ")" if part.counted }}
<span class="{{ tone(part.status) }}">{{ part.status }}</span></h2>
{% if part.proofs %}
<table>
{% for proof in part.proofs %}
<tr><td><b>{{ proof.label }}</b>: <span class="{{ tone(proof.result) }}">{{ proof.result }}</span>
<small>{{ proof.told }}</small></td>
<td>{% for label, value in proof.evidence %}{{ label }}: <b>{{ value }}</b>
{{- ("" if proof.listed else "; ") if not loop.last }}
{%- if proof.listed and not loop.last %}<br>{% endif %} {% endfor %}</td></tr>
{% endfor %}
</table>
{% else %}
<p class="state">No evidence was recorded.</p>
{% endif %}
</section>
{% endfor %}
<section class="card">
<h2>To repair</h2>
<ul class="plain">
{% for title, told in report.obligations %}
<li>{{ title }}<small{% if told.startswith("OPEN") %} class="open-still"{% endif %}>
{{- told }}</small></li>
{% else %}
<li class="state">Nothing.</li>
{% endfor %}
</ul>
</section>
<div class="sign"><p>Reviewed by</p><p>Date</p></div>
</main>
<footer>
<p>{{ report.facts }} facts. Head of the timeline: <code>{{ report.head }}</code></p>
<p>To check it, run <code>lockout verify</code> on the JSON export, which must have this head.</p>
</footer>
</body>
</html>
""")


def write(
    incident: Incident, organisation_name: str, time_zone: str, facts: Iterable[Fact]
) -> Iterator[bytes]:
    """The report as one HTML file; see `model.Format` for the promises."""
    report = report_of(incident, organisation_name, Times(time_zone), facts)
    page = _PAGE.render(
        head=page_head(report.title, _STYLE),
        report=report,
        tone=_tone,
    )
    yield f"{page}\n".encode()


def _tone(words: str) -> str:
    """The colour of a result; the words say it too."""
    return "passed" if words.removeprefix("DRILL ").startswith("PASSED") else "failed"
