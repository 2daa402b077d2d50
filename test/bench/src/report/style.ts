/** The page's only style: system fonts, no network, light and dark. */
export const style: string = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfaf7, #14161a); --card: light-dark(#fff, #1b1e24); --ink: light-dark(#1d2127, #e7e6e1);
  --soft: light-dark(#6b7078, #9a9fa8); --line: light-dark(#e4e2db, #2c3038); --ours: light-dark(#0b6e63, #2fc3ae);
  --peer: light-dark(#b9bcc2, #565c67); --limit: light-dark(#3c4048, #c9ccd2); --bare: light-dark(#d9d5c8, #3d4047);
  --noise: light-dark(#f1e9d2, #2d2a20); --bad: light-dark(#b23a2b, #ff8f7d); --good: light-dark(#1b7a43, #6fd598);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 4rem 1.5rem 6rem; }
h1 { font: 600 2.6rem/1.1 ui-serif, Georgia, "Times New Roman", serif; letter-spacing: -.02em; margin: 0 0 .75rem; }
.lead { font-size: 1.15rem; color: var(--soft); max-width: 44rem; margin: 0 0 1rem; text-wrap: pretty; }
.where { color: var(--soft); font-size: .85rem; font-variant-numeric: tabular-nums; }
.key { display: flex; flex-wrap: wrap; gap: .4rem 1.4rem; margin: 2rem 0 0; padding: 0; list-style: none; font-size: .85rem; color: var(--soft); }
.key i { display: inline-block; width: .9em; height: .9em; border-radius: 3px; margin-right: .5em; vertical-align: -.08em; }
nav { display: flex; flex-wrap: wrap; gap: .5rem; margin: 2rem 0 0; }
nav a { color: inherit; text-decoration: none; font-size: .85rem; padding: .25rem .7rem; border: 1px solid var(--line); border-radius: 99px; }
nav a:hover, nav a:focus-visible { border-color: var(--ours); color: var(--ours); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.6rem 1.8rem; margin: 2rem 0 0; }
h2 { font: 600 1.35rem/1.25 ui-serif, Georgia, serif; margin: 0 0 .25rem; letter-spacing: -.01em; }
section > p { color: var(--soft); margin: 0 0 1.2rem; }
svg { display: block; width: 100%; height: auto; overflow: visible; font: 13px ui-sans-serif, system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.noise { fill: var(--noise); } .grid { stroke: var(--line); } .one { stroke: var(--soft); stroke-dasharray: 3 3; }
.tick { fill: var(--soft); font-size: 11px; text-anchor: middle; } .name { fill: var(--soft); text-anchor: end; }
.name.ours { fill: var(--ours); font-weight: 600; } .value { fill: var(--ink); } .missed { fill: var(--bad); font-size: 11px; }
.bar.ours { fill: var(--ours); } .bar.peer { fill: var(--peer); } .bar.limit { fill: var(--limit); } .bar.bare { fill: var(--bare); }
.whisker { stroke: var(--ink); fill: none; opacity: .55; }
ul.targets { list-style: none; margin: 1.2rem 0 0; padding: 0; font-size: .85rem; color: var(--soft); }
.targets b { font-weight: 600; margin-right: .5em; } .targets .met b { color: var(--good); } .targets .not b, .failure { color: var(--bad); }
details { margin-top: 1.1rem; font-size: .85rem; } summary { cursor: pointer; color: var(--soft); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; margin-top: .7rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .35rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--soft); font-weight: 500; white-space: normal; vertical-align: bottom; } th:first-child, td:first-child { text-align: left; }
@media (max-width: 40rem) { main { padding: 2rem 1rem; } section { padding: 1.1rem; } svg { font-size: 15px; } }
`;
