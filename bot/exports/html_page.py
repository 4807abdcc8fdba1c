"""What stands around the rows of the exported timeline. Jinja escapes every value that goes in."""

from __future__ import annotations

from markupsafe import Markup

from bot.core.incident import Incident
from bot.core.wording import state_words
from bot.exports.html_head import ENV, page_head
from bot.exports.html_style import CSS
from bot.exports.story import Story
from bot.exports.summary import Summary
from bot.exports.times import Times

_ABOVE = ENV.from_string("""\
{{ head }}
<body>
<header>
<p class="kicker">Timeline of a {{ "DRILL" if summary.drill else "lockout" }}</p>
<h1>{{ summary.title }}</h1>
<p class="state">{{ summary.state }} · {{ organisation }}</p>
{% if summary.exercise %}
<p class="exercise">EXERCISE: this {{ "DRILL" if summary.drill else "lockout" }} was not real.</p>
{% endif %}
</header>
<main>
<dl class="tiles">
{% for label, value in summary.durations %}
<div><dt>{{ label }}</dt><dd>{{ value }}</dd></div>
{% endfor %}
</dl>
{% if drawing %}
<section class="card" aria-labelledby="drawn">
<h2 id="drawn">How it went</h2>
{{ drawing }}
<p class="legend">
{% for state, words in states.items() %}
<span class="key"><svg width="11" height="11" aria-hidden="true"><rect class="s-{{ state }}"
width="11" height="11" rx="2"/></svg>{{ words }}</span>
{% endfor %}
</p>
<p class="legend">Times above in {{ zone }}, below in UTC. A dashed line marks when an
obligation was due, a red edge what came after it.
{% if shortened %}
Phases too short to be seen are joined to the one before.
{% endif %}
{% if hidden_lanes %}
{{ hidden_lanes }} more obligations are in the list below.
{% endif %}
The table at the end has every fact.</p>
</section>
{% endif %}
<section class="card" aria-labelledby="about">
<h2 id="about">What it was about</h2>
<dl class="about">
{% for label, value in summary.about %}
<dt>{{ label }}</dt><dd>{{ value }}</dd>
{% endfor %}
{% for label, value in summary.times %}
<dt>{{ label }}</dt><dd>{{ value }}</dd>
{% endfor %}
</dl>
{% if summary.error_text %}
<p class="legend">The error as it was shown:</p>
<pre>{{ summary.error_text }}</pre>
{% endif %}
</section>
<section class="card" aria-labelledby="obligations">
<h2 id="obligations">Obligations</h2>
{% if summary.obligations %}
<ul class="plain">
{% for line in summary.obligations %}
<li>{{ line.title }}<small{% if line.status == "open" %} class="open-still"{% endif %}>
{{- line.told }}</small></li>
{% endfor %}
</ul>
{% else %}
<p class="state">None was opened.</p>
{% endif %}
</section>
<div class="two">
<section class="card" aria-labelledby="walked">
<h2 id="walked">Playbooks walked</h2>
<ul class="plain">
{% for playbook in summary.walked %}
<li>{{ playbook }}</li>
{% else %}
<li class="state">None.</li>
{% endfor %}
</ul>
</section>
<section class="card" aria-labelledby="approvals">
<h2 id="approvals">Approvals by a second person</h2>
<ul class="plain">
{% for approval in summary.approvals %}
<li>{{ approval }}</li>
{% else %}
<li class="state">None.</li>
{% endfor %}
</ul>
</section>
</div>
<section class="card long" aria-labelledby="timeline">
<h2 id="timeline">Timeline</h2>
<table>
<caption>Every fact in the order in which it was recorded. Times in UTC and in {{ zone }}.</caption>
<thead><tr><th scope="col" class="n">#</th><th scope="col">UTC</th><th scope="col">{{ zone }}</th>
<th scope="col">Who</th><th scope="col">What</th></tr></thead>
<tbody>
""")

_BELOW = ENV.from_string("""\
</tbody>
</table>
</section>
</main>
<footer>
<p>{{ incident.version }} facts. Head of the chain: <code>{{ incident.head }}</code></p>
<p>Each fact carries the hash of the one before it. To check that none was changed, run
<code>lockout verify</code> on the JSON export and compare this head with the one on the incident
card.</p>
</footer>
</body>
</html>
""")


def page_above(
    summary: Summary, organisation_name: str, times: Times, story: Story, drawing: str
) -> str:
    """Everything above the first row. `drawing` is HTML already."""
    seen = {phase.state for phase in story.phases()} - {"closed"}
    mark = "EXERCISE: " if summary.exercise else ""
    return _ABOVE.render(
        head=page_head(f"{mark}{summary.title}", CSS),
        summary=summary,
        organisation=organisation_name,
        zone=times.name,
        drawing=Markup(drawing),  # noqa: S704 - html_drawing escapes what it puts in
        states={name: words for name, words in state_words.items() if name in seen},
        shortened=story.shortened,
        hidden_lanes=sum(line.id not in story.spans for line in summary.obligations),
    )


def page_below(incident: Incident) -> str:
    """Everything below the last row."""
    return _BELOW.render(incident=incident) + "\n"
