/** The page's style, served as `/page.css`: light and dark by the reader's preference, one column on a phone. */
export const PAGE_STYLE = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #0e1116);
  --card: light-dark(#ffffff, #161b22);
  --line: light-dark(#e4e7ec, #262d37);
  --ink: light-dark(#16202e, #e6eaf0);
  --soft: light-dark(#5d6b7e, #8f9bab);
  --accent: light-dark(#0f6fde, #58a6ff);
  --green: light-dark(#11713c, #4cc38a);
  --red: light-dark(#b42318, #ff8078);
  --amber: light-dark(#92580a, #f0b354);
  --violet: light-dark(#6536b8, #b69cff);
  --slate: light-dark(#475569, #a3b1c4);
  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
  font: 14px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif;
}
* { box-sizing: border-box; margin: 0; padding: 0; }
body { background: var(--ground); color: var(--ink); max-width: 1240px; margin: 0 auto; padding: 28px 24px 64px; }
ol, ul { list-style: none; }
code { font: 0.92em var(--mono); background: var(--ground); border: 1px solid var(--line); border-radius: 5px; padding: 1px 5px; }

header { display: flex; align-items: baseline; gap: 12px; margin-bottom: 22px; }
h1 { font-size: 20px; font-weight: 680; letter-spacing: -0.02em; }
h1::before { content: ''; display: inline-block; width: 9px; height: 15px; margin-right: 9px; border: 2.5px solid var(--accent);
  border-top: 0; border-radius: 0 0 9px 9px; border-left-color: transparent; transform: translateY(2px); }
header p { color: var(--soft); }
#live { margin-left: auto; font-size: 13px; white-space: nowrap; }
#live::before { content: ''; display: inline-block; width: 8px; height: 8px; border-radius: 50%; margin-right: 7px; background: var(--soft); }
#live[data-state='up']::before { background: var(--green); box-shadow: 0 0 0 3px color-mix(in srgb, var(--green) 22%, transparent); }
#live[data-state='down'] { color: var(--red); }
#live[data-state='down']::before { background: var(--red); }

.columns, .entry { display: grid; grid-template-columns: 76px 104px minmax(190px, 1.25fr) minmax(150px, 0.9fr) 150px minmax(190px, 1.1fr);
  gap: 4px 18px; padding: 0 18px; }
.columns { font-size: 11.5px; font-weight: 560; letter-spacing: 0.04em; text-transform: uppercase; color: var(--soft); margin-bottom: 8px; }
#entries { background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
#entries:empty, main:has(#entries:empty) .columns, main:has(.entry) #empty { display: none; }
.entry { --tone: var(--slate); align-items: start; padding: 13px 18px; position: relative; }
.entry + .entry { border-top: 1px solid var(--line); }
.entry::before { content: ''; position: absolute; inset: 0 auto 0 0; width: 3px; background: var(--tone); }
.entry[data-hook='postStart'] { --tone: var(--green); }
.entry[data-hook='preStop'] { --tone: var(--amber); }
.entry[data-hook='postStop'] { --tone: var(--violet); }
.entry[data-hook='hookFailed'], .entry[data-hook='gap'], .entry[data-hook='disabled'] { --tone: var(--red); }
.fresh { animation: arrive 1.6s ease-out; }
@keyframes arrive { from { background: color-mix(in srgb, var(--tone) 16%, transparent); } }
@media (prefers-reduced-motion: reduce) { .fresh { animation: none; } }

.when b { font: 500 13px/1.55 var(--mono); display: block; }
.when span, .who span { color: var(--soft); font-size: 12.5px; }
.hook { font-size: 12.5px; font-weight: 600; color: var(--tone); background: color-mix(in srgb, var(--tone) 12%, transparent);
  border-radius: 99px; padding: 2px 10px; white-space: nowrap; }
.who { overflow-wrap: anywhere; }
.who b { font-weight: 600; display: block; }
.facts { display: flex; flex-wrap: wrap; gap: 5px; }
.fact { font-size: 12.5px; border: 1px solid var(--line); border-radius: 6px; padding: 1px 7px; overflow-wrap: anywhere; }
.fact.quiet { color: var(--soft); border-style: dashed; }
.fact.good { color: var(--green); }
.fact.bad { color: var(--red); }
.path { font-size: 12.5px; color: var(--soft); position: relative; padding-left: 15px; }
.path::before { content: ''; position: absolute; left: 3px; top: 9px; bottom: 9px; width: 1px; background: var(--line); }
.path li { position: relative; }
.path li::before { content: ''; position: absolute; left: -15px; top: 6px; width: 7px; height: 7px; border-radius: 50%; background: var(--soft); }
.path .good::before { background: var(--green); }
.path .open::before { background: var(--card); box-shadow: inset 0 0 0 1.5px var(--amber); }
.path em { font-style: normal; color: var(--red); }
.path .open:has(em)::before { background: var(--red); box-shadow: none; }
.path b { color: var(--ink); font-weight: 550; font-variant-numeric: tabular-nums; }
.runs { display: grid; gap: 2px; }
.run { font-size: 12.5px; color: var(--soft); overflow-wrap: anywhere; }
.run b { color: var(--ink); font-weight: 550; }
.run i { font-style: normal; font-weight: 700; color: var(--green); display: inline-block; width: 14px; }
.run.failed i { color: var(--amber); }
.run.givenUp i, .run em { color: var(--red); }
.run em { font-style: normal; display: block; padding-left: 17px; }

.notice { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 30px 32px; color: var(--soft); }
.notice h2 { color: var(--ink); font-size: 17px; margin-bottom: 8px; }
.notice ol { list-style: decimal; padding: 12px 0 12px 22px; display: grid; gap: 5px; color: var(--ink); }

@media (max-width: 980px) {
  .columns { display: none; }
  .entry { grid-template-columns: 1fr auto; gap: 8px 14px; }
  .what { order: -2; }
  .when { order: -1; text-align: right; }
  .when b { display: inline; }
  .who, .facts, .path, .runs { grid-column: 1 / -1; }
}
@media (max-width: 600px) {
  body { padding: 18px 12px 48px; }
  header { flex-wrap: wrap; row-gap: 2px; }
  header p:not(#live) { order: 3; width: 100%; }
  .entry { padding: 13px 14px 13px 16px; }
  .notice { padding: 22px 20px; }
}
`;
