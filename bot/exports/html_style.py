"""The style of the exported page: screen, phone, dark and print. No other file beside it."""

from __future__ import annotations

CSS = """
:root { color-scheme: light dark;
  --page: #f5f6f8; --card: #fff; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --grid: #e4e8ec;
  --zebra: #f8f9fb; --warn: #fff4d6; --warn-ink: #6b4700; --alarm: #b42318; --note: #8250df;
  --declared: #6e7781; --triage: #7a5bd0; --working: #1f6feb; --waiting: #9a6700;
  --restored: #1a7f37; --fact: #8c96a1; }
@media screen and (prefers-color-scheme: dark) { :root {
  --page: #0e1116; --card: #161b22; --ink: #e6edf3; --soft: #9aa4af; --line: #30363d;
  --grid: #262c34; --zebra: #1a2029; --warn: #3a2b07; --warn-ink: #f2cc72; --alarm: #ff8a80;
  --note: #b794f6; --fact: #6e7681; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere; }
main, header, footer { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 32px; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 4px; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; margin: 0 0 12px; }
.kicker { margin: 0 0 4px; color: var(--soft); font-size: .8rem; font-weight: 600;
  letter-spacing: .06em; text-transform: uppercase; }
.state { margin: 0; color: var(--soft); }
.exercise { margin: 16px 0 0; padding: 10px 14px; border: 2px dashed currentColor;
  border-radius: 8px; background: var(--warn); color: var(--warn-ink); font-weight: 600; }
.card { margin: 20px 0; padding: 20px; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 20px 0;
  padding: 0; }
.tiles div { padding: 14px 16px; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; display: flex; flex-direction: column-reverse;
  justify-content: flex-end; }
.tiles dt { color: var(--soft); font-size: .82rem; line-height: 1.35; }
.tiles dd { margin: 0; font-size: 1.4rem; font-weight: 650; line-height: 1.3;
  font-variant-numeric: tabular-nums; }
.lane { display: grid; grid-template-columns: 230px 1fr; gap: 18px; align-items: center; }
.lane .name { padding: 5px 0; font-size: .86rem; line-height: 1.3; font-weight: 550; }
.lane small { display: block; color: var(--soft); font-size: .78rem; font-weight: 400; }
.lane + .lane { border-top: 1px solid var(--grid); }
svg { display: block; overflow: visible; }
.track { align-self: stretch; min-height: 100%; }
.grid { stroke: var(--grid); }
.lane text { font: 11.5px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif;
  font-variant-numeric: tabular-nums; fill: var(--soft); text-anchor: middle; }
.lane text.first { text-anchor: start; }
.lane text.last { text-anchor: end; }
.lane text.in { fill: #fff; font-weight: 600; pointer-events: none; }
.lane text.flag { fill: var(--ink); }
.s-declared { fill: var(--declared); } .s-triage { fill: var(--triage); }
.s-working { fill: var(--working); } .s-waiting { fill: var(--waiting); }
.s-restored { fill: var(--restored); }
.o-settled { fill: var(--restored); } .o-waived { fill: var(--declared); }
.o-open { fill: #c4320a; }
.due { stroke: var(--ink); stroke-width: 2; stroke-dasharray: 3 2; }
.late { fill: #ff8a70; }
.note { fill: var(--note); stroke: var(--card); stroke-width: 1.5; }
.fact { fill: var(--fact); }
.mark path { fill: var(--soft); stroke: var(--card); stroke-width: 1.5; }
.mark .m-declared { fill: var(--alarm); } .mark .m-first-action { fill: var(--working); }
.mark .m-access-back { fill: var(--restored); } .mark .m-closed { fill: var(--ink); }
.legend { margin: 14px 0 0; color: var(--soft); font-size: .82rem; }
.about { display: grid; grid-template-columns: 190px 1fr; gap: 6px 18px; margin: 0; }
.about dt { color: var(--soft); }
.about dd { margin: 0; white-space: pre-line; }
.key { white-space: nowrap; margin-right: 1em; }
.key svg { display: inline-block; vertical-align: -1px; margin-right: .4em; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 20px; margin: 20px 0; }
.two .card { margin: 0; }
ul.plain { margin: 0; padding: 0; list-style: none; }
ul.plain li { padding: 7px 0; border-top: 1px solid var(--grid); }
ul.plain li:first-child { border-top: 0; padding-top: 0; }
ul.plain small { display: block; color: var(--soft); font-size: .85rem; }
.open-still { color: var(--alarm) !important; font-weight: 600; }
pre, code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  font-size: .86em; }
pre { margin: 8px 0 0; padding: 12px; white-space: pre-wrap; background: var(--zebra);
  border: 1px solid var(--line); border-radius: 8px; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
caption { text-align: left; color: var(--soft); font-size: .85rem; padding-bottom: 8px; }
th { text-align: left; font-size: .8rem; color: var(--soft); font-weight: 600;
  border-bottom: 2px solid var(--line); padding: 6px 10px 6px 0; vertical-align: bottom; }
td { padding: 7px 10px 7px 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
td.n, th.n { text-align: right; color: var(--soft); width: 3.2em; }
td.n, td.t { font-variant-numeric: tabular-nums; }
td.t { white-space: nowrap; width: 1%; padding-right: 18px; }
td.w { width: 15%; font-weight: 550; }
td.w small, td small.late { display: block; color: var(--soft); font-weight: 400;
  font-size: .9em; }
tr.k td:last-child { box-shadow: inset 3px 0 0 var(--note); padding-left: 12px; }
tr.o td:last-child { box-shadow: inset 3px 0 0 var(--waiting); padding-left: 12px; }
tr.s td:last-child { box-shadow: inset 3px 0 0 var(--restored); padding-left: 12px; }
tr.r td:last-child { box-shadow: inset 3px 0 0 var(--alarm); padding-left: 12px; }
blockquote { margin: 3px 0 0; white-space: pre-wrap; }
s { color: var(--soft); }
blockquote + small { margin-top: 2px; } td small { display: block; color: var(--soft); }
footer { padding-bottom: 40px; color: var(--soft); font-size: .85rem; }
@media screen and (max-width: 760px) {
  main, header, footer { padding-left: 14px; padding-right: 14px; }
  header { padding-top: 20px; }
  h1 { font-size: 1.35rem; }
  .card { padding: 14px; }
  .tiles { grid-template-columns: 1fr 1fr; gap: 8px; }
  .tiles div { padding: 10px 12px; }
  .tiles dd { font-size: 1.15rem; }
  .lane { grid-template-columns: 1fr; gap: 0; padding-bottom: 4px; }
  .lane .name { padding-bottom: 0; }
  .lane small { display: inline; margin-left: .5em; }
  .track { min-height: 0; }
  .lane text.odd, .lane text.wide { display: none; }
  .two, .about { grid-template-columns: 1fr; }
  .about { gap: 0; }
  .about dd { margin-bottom: 10px; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  table, tbody, caption { display: block; }
  tr { display: grid; grid-template-columns: auto 1fr; gap: 0 10px; padding: 9px 0;
    border-bottom: 1px solid var(--line); }
  td, td.n, td.t, td.w { border: 0; padding: 0; width: auto; text-align: left; }
  td.n::before { content: "#"; }
  td.t:not(.l)::after { content: " UTC"; }
  td.t { white-space: normal; font-size: .82rem; color: var(--soft); }
  td.l, td.w, td:last-child { grid-column: 2; }
  td.w small { display: inline; margin-left: .5em; }
  tr.k td:last-child, tr.o td:last-child, tr.s td:last-child, tr.r td:last-child {
    padding-left: 9px; }
}
@media print {
  @page { size: A4; margin: 14mm; }
  body { background: #fff; font-size: 10pt; }
  main, header, footer { max-width: none; padding-left: 0; padding-right: 0; }
  header { padding-top: 0; }
  .card, .tiles div { border-color: #c8ccd1; break-inside: avoid; }
  .card.long { break-inside: auto; border: 0; padding: 0; }
  .lane { grid-template-columns: 165px 1fr; }
  .lane .name { font-size: 8.5pt; padding: 2px 0; } .lane small { font-size: 7.5pt; }
  .tiles dd { font-size: 13pt; } .tiles div { padding: 8px 10px; }
  .card { padding: 12px 14px; margin: 12px 0; }
  .lane, tr, li { break-inside: avoid; }
  thead { display: table-header-group; }
  table { font-size: 8.5pt; } th { font-size: 7.5pt; }
  footer { break-inside: avoid; padding-bottom: 0; }
  td.t { white-space: normal; width: 13%; padding-right: 6px; } td.w { width: 17%; }
  svg, .exercise { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  a { color: inherit; text-decoration: none; }
}
"""
