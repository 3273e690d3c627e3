/** One sheet for light and dark; no fonts or images from elsewhere. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #1b2330; --quiet: #5d6878; --line: #e1e5eb; --code: #f7f8fa;
  --accent: #3552d9; --error: #c5283d; --warning: #9a5b00; --info: #1f6f8b; --good: #17734a;
  --error-soft: #fdecee; --warning-soft: #fdf3e0; --info-soft: #e6f3f7; --good-soft: #e5f5ec;
  --keyword: #7b3fb5; --string: #17734a; --number: #9a5b00; --comment: #77808d;
  --shadow: 0 1px 2px rgb(20 30 50 / .06), 0 4px 16px rgb(20 30 50 / .04);
  --mono: ui-monospace, 'SF Mono', 'Cascadia Code', 'JetBrains Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10141b; --card: #181d26; --ink: #e3e8ef; --quiet: #97a3b4; --line: #2a323f; --code: #12171f;
    --accent: #8fa5ff; --error: #ff7b8a; --warning: #f0b255; --info: #6cc7e3; --good: #63d19a;
    --error-soft: #3a1d24; --warning-soft: #35290f; --info-soft: #14303a; --good-soft: #12301f;
    --keyword: #c59bf2; --string: #7fd3a4; --number: #f0b255; --comment: #7d8797;
    --shadow: 0 1px 2px rgb(0 0 0 / .4);
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif; }
code, pre, .mono { font-family: var(--mono); font-size: .875em; }
code { overflow-wrap: anywhere; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[hidden] { display: none !important; }

.head { max-width: 1240px; margin: 0 auto; padding: 36px 28px 20px; }
.brand { display: flex; align-items: baseline; gap: 10px; color: var(--quiet); font-size: 14px; flex-wrap: wrap; }
.brand b { color: var(--ink); font-size: 17px; letter-spacing: -.01em; }
.brand b i { color: var(--accent); font-style: normal; margin-right: 5px; }
h1 { margin: 14px 0 4px; font-size: 30px; line-height: 1.2; letter-spacing: -.02em; text-wrap: balance; }
.head p { margin: 0; color: var(--quiet); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-top: 22px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 12px 16px; box-shadow: var(--shadow); }
.tile b { display: block; font-size: 26px; line-height: 1.2; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.tile span { color: var(--quiet); font-size: 13px; }
.tile.error b { color: var(--error); } .tile.warning b { color: var(--warning); }
.tile.info b { color: var(--info); } .tile.good b { color: var(--good); }

.body { max-width: 1240px; margin: 0 auto; padding: 8px 28px 80px; display: grid; grid-template-columns: 232px minmax(0, 1fr); gap: 32px; align-items: start; }
.filters { position: sticky; top: 20px; max-height: calc(100vh - 40px); overflow: auto; font-size: 14px; padding: 4px; margin: -4px; }
.filters input[type=search] { width: 100%; padding: 8px 11px; border: 1px solid var(--line); border-radius: 9px; background: var(--card); color: inherit; font: inherit; }
fieldset { border: 0; margin: 18px 0 0; padding: 0; min-width: 0; }
legend { display: flex; width: 100%; justify-content: space-between; padding: 0; margin-bottom: 4px; color: var(--quiet); font-size: 12px; text-transform: uppercase; letter-spacing: .06em; font-weight: 600; }
legend button { border: 0; padding: 0; background: none; color: var(--accent); font: 12px/1 inherit; cursor: pointer; }
.filters label { display: flex; align-items: center; gap: 8px; padding: 3px 0; cursor: pointer; }
.filters label > span:first-of-type { flex: 1; overflow-wrap: anywhere; line-height: 1.3; }
.filters input[type=checkbox] { accent-color: var(--accent); margin: 0; width: 15px; height: 15px; flex: none; }
.tally { color: var(--quiet); font-variant-numeric: tabular-nums; font-size: 13px; }
.shown { margin: 16px 0 0; color: var(--quiet); }

.file { margin-bottom: 36px; }
.file > h2 { position: sticky; top: 0; z-index: 1; margin: 0 0 12px; padding: 10px 0; background: var(--page); font: 600 14px/1.4 var(--mono); overflow-wrap: anywhere; }
.file > h2 span { color: var(--quiet); font-weight: 400; }
.finding { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 12px; padding: 18px 22px 20px; margin-bottom: 16px; box-shadow: var(--shadow); scroll-margin-top: 56px; }
.finding.error { --tone: var(--error); --tone-soft: var(--error-soft); }
.finding.warning { --tone: var(--warning); --tone-soft: var(--warning-soft); }
.finding.info { --tone: var(--info); --tone-soft: var(--info-soft); }
.finding:target { outline: 2px solid var(--accent); outline-offset: 2px; }
.finding header, .finding summary { display: flex; align-items: center; gap: 10px; flex-wrap: wrap; }
.finding h3 { margin: 0; font-size: 16px; letter-spacing: -.01em; }
.badge { display: inline-block; padding: 2px 9px; border-radius: 11px; font-size: 12px; font-weight: 600; background: var(--tone-soft); color: var(--tone); }
.badge.confirmed { background: var(--good-soft); color: var(--good); }
.badge.plain { background: none; border: 1px solid var(--line); color: var(--quiet); font-weight: 500; padding: 1px 9px; }
.where { margin-left: auto; color: var(--quiet); font-size: 13px; font-family: var(--mono); }
.message { margin: 10px 0 14px; max-width: 78ch; }
.message code, .related code, .part p code { background: var(--code); border: 1px solid var(--line); border-radius: 5px; padding: 0 4px; }

pre.code { margin: 0; padding: 12px 0; background: var(--code); border: 1px solid var(--line); border-radius: 9px; overflow-x: auto; line-height: 1.6; font-size: 13px; tab-size: 2; }
.line { display: block; padding-right: 16px; width: max-content; min-width: 100%; }
.gutter { display: inline-block; width: 4.5ch; margin-right: 14px; text-align: right; color: var(--comment); user-select: none; }
.line mark { background: var(--tone-soft); color: inherit; border-radius: 3px; padding: 2px 0; text-decoration: underline wavy var(--tone) 1.2px; text-underline-offset: 4px; text-decoration-skip-ink: none; }
.keyword { color: var(--keyword); } .string { color: var(--string); } .number { color: var(--number); }
.comment { color: var(--comment); font-style: italic; }
.removed { background: var(--error-soft); } .added { background: var(--good-soft); }
.removed > .gutter::after { content: ' −'; color: var(--error); } .added > .gutter::after { content: ' +'; color: var(--good); }

.proof { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 14px 28px; margin-top: 16px; }
.proof h4, .part h4 { margin: 0 0 6px; font-size: 12px; text-transform: uppercase; letter-spacing: .06em; color: var(--quiet); }
.inputs { margin: 0; padding: 0; list-style: none; }
.inputs li { padding: 2px 0; font-family: var(--mono); font-size: 13px; overflow-wrap: anywhere; }
.inputs small { color: var(--quiet); margin-left: 8px; white-space: nowrap; }
.limit { margin: 8px 0 0; color: var(--tone); font-weight: 600; font-size: 14px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font: 13px/1.5 var(--mono); width: 100%; }
th { text-align: left; color: var(--quiet); font-weight: 500; }
thead th { padding: 0 14px 4px 0; }
tbody th, td { padding: 3px 14px 3px 0; border-top: 1px solid var(--line); vertical-align: top; }
td { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.words { white-space: normal; }
td.broken { color: var(--error); font-weight: 600; }
.part { margin-top: 16px; }
.part p { margin: 0 0 8px; }
.part ul { margin: 0; padding-left: 18px; }
.related { margin: 8px 0 0; padding: 0 0 0 2px; list-style: none; font-size: 14px; color: var(--quiet); }
.related li::before { content: '↳ '; }
.related .mono { color: var(--ink); }
.finding footer { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 20px; margin-top: 16px; padding-top: 12px; border-top: 1px solid var(--line); }
.finding footer p { flex: 1 1 320px; margin: 0; color: var(--quiet); font-size: 14px; overflow-wrap: anywhere; }
.replay { display: inline-flex; align-items: center; gap: 8px; padding: 3px 4px 3px 11px; border: 1px solid var(--line); border-radius: 8px; background: var(--code); }
.replay button { border: 0; border-radius: 6px; padding: 2px 9px; background: var(--card); color: var(--accent); font: inherit; font-size: 12px; cursor: pointer; }
details.finding { padding: 12px 22px; }
details.finding summary { cursor: pointer; list-style: none; }
details.finding summary::-webkit-details-marker { display: none; }
details.finding summary::after { content: '▸'; color: var(--quiet); }
details.finding[open] summary::after { content: '▾'; }
details.finding[open] { padding-bottom: 20px; }
details.finding summary .danger { color: var(--quiet); overflow-wrap: anywhere; }
.suppressed h3 { text-decoration: line-through; }
.problems { background: var(--warning-soft); border: 1px solid var(--warning); border-radius: 12px; padding: 14px 20px; margin-bottom: 28px; }
.problems h2 { margin: 0 0 6px; font-size: 16px; } .problems ul { margin: 0; padding-left: 18px; }
.nothing { padding: 48px 0; text-align: center; color: var(--quiet); }
.nothing b { display: block; font-size: 20px; color: var(--ink); }
@media (max-width: 860px) {
  .body { grid-template-columns: minmax(0, 1fr); gap: 16px; padding-inline: 16px; }
  .head { padding: 24px 16px 12px; }
  .filters { position: static; max-height: none; }
  .where { margin-left: 0; width: 100%; }
}
@media print { .filters, .replay button { display: none; } .body { grid-template-columns: 1fr; } .finding { break-inside: avoid; box-shadow: none; } }
`;
