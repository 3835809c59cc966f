/** How the inbox looks: one style sheet and an icon, light and dark by the reader's own setting, from a phone's width up. */

export const inboxIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1a63c4"/><path d="M7 11h18v11H7zM7 11.5l9 6.5 9-6.5" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/></svg>`;

const FRAME = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f6f8, #101216);
  --paper: light-dark(#ffffff, #181b20);
  --sunken: light-dark(#f7f8fa, #121418);
  --ink: light-dark(#1a1d23, #e6e8ec);
  --faint: light-dark(#5b6472, #9aa3b2);
  --line: light-dark(#e3e6ea, #2a2e36);
  --accent: light-dark(#1659b3, #7cb2f8);
  --chosen: light-dark(#e9f1fc, #1c2a3d);
  --red: light-dark(#a31d1d, #ff9d95);
  --red-ground: light-dark(#fdeceb, #3a1c1b);
  --amber: light-dark(#7a4b00, #f3c26b);
  --amber-ground: light-dark(#fdf3dc, #36290f);
  --green: light-dark(#157347, #6bd19b);
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 7.5rem; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code, pre { font-family: var(--mono); font-size: .86em; }
code { overflow-wrap: anywhere; }
pre {
  margin: 0; padding: 1rem; overflow: auto; max-height: 34rem; white-space: pre-wrap; overflow-wrap: anywhere;
  background: var(--sunken); border: 1px solid var(--line); border-radius: 8px;
}
.faint { color: var(--faint); }
.unseen, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; z-index: 2; top: .5rem; left: .5rem; padding: .4rem .8rem; background: var(--paper); border-radius: 6px; }
.bar {
  position: sticky; top: 0; z-index: 1; display: flex; gap: .25rem 1.25rem; align-items: center; min-height: 3.5rem;
  padding: .5rem clamp(1rem, 2.5vw, 2rem); background: var(--paper); border-bottom: 1px solid var(--line);
}
.bar p { margin: 0; color: var(--faint); font-variant-numeric: tabular-nums; }
.home { display: flex; gap: .6rem; align-items: center; color: inherit; font-weight: 650; text-decoration: none; letter-spacing: -.01em; }
.mark { width: 1.6rem; height: 1.6rem; fill: #1a63c4; }
.mark path { fill: none; stroke: #fff; stroke-width: 2; stroke-linejoin: round; }
.live { display: flex; align-items: center; gap: .4rem; font-size: .87em; }
.live[hidden] { display: none; }
.live::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; background: var(--green); }
#clear { margin-left: auto; }
button {
  font: inherit; font-size: .9em; padding: .3rem .8rem; color: var(--ink); background: var(--paper);
  border: 1px solid var(--line); border-radius: 6px; cursor: pointer;
}
button:hover:enabled { border-color: var(--faint); }
button:disabled { color: var(--faint); opacity: .6; cursor: default; }
.alone { max-width: 76rem; margin: 0 auto; padding: clamp(1rem, 2.5vw, 2rem); }
`;

const LIST = `
#list { background: var(--paper); }
.alone #list { border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
#list ol { list-style: none; margin: 0; padding: 0; }
#list li {
  position: relative; display: grid; align-items: baseline; gap: .05rem .75rem; padding: .7rem 1.1rem;
  grid-template: "from time" "subject subject" "to size" / minmax(0, 1fr) auto;
}
#list li + li { border-top: 1px solid var(--line); }
#list li:has(a):hover { background: var(--sunken); }
#list li.current { background: var(--chosen); box-shadow: inset 3px 0 var(--accent); }
#list .subject { grid-area: subject; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
#list a.subject::after { content: ""; position: absolute; inset: 0; }
#list a.subject:focus-visible { outline: none; }
#list a.subject:focus-visible::after { outline: 2px solid var(--accent); outline-offset: -3px; border-radius: 8px; }
#list .from { grid-area: from; font-weight: 600; }
#list :is(.from, .to, .via) { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#list .to { grid-area: to; }
#list .via { grid-area: via; }
#list :is(.to, .via, .size, time) { color: var(--faint); font-size: .9em; }
#list .size { grid-area: size; text-align: right; }
#list time { grid-area: time; text-align: right; }
#list :is(time, .size) { font-variant-numeric: tabular-nums; white-space: nowrap; }
#list .via { display: none; }
#list details { margin: 0; min-width: 0; }
#list summary { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#list details dl { margin: .6rem 0 .4rem; padding: .75rem .9rem; background: var(--sunken); border: 1px solid var(--line); border-radius: 8px; }
#list .to code { font-size: .93em; }
#list summary::marker { color: var(--faint); font-size: .8em; }
.heads { display: none; }
.badge { display: inline-block; padding: 0 .5em; border-radius: 1em; font-size: .86em; font-weight: 600; }
.badge:is(.refused, .unanswered) { color: var(--red); background: var(--red-ground); }
.badge.deferred { color: var(--amber); background: var(--amber-ground); }
.turning { display: flex; gap: 1rem; justify-content: center; margin: 0; padding: .8rem; border-top: 1px solid var(--line); color: var(--faint); }
.empty { max-width: 46rem; margin: 0 auto; padding: clamp(2rem, 7vw, 5rem) 1.1rem; }
.empty h2 { margin: 0; font-size: 1.35rem; letter-spacing: -.015em; }
.empty p { margin: .4rem 0 1rem; }
.empty pre { user-select: all; }
.empty p.faint { margin: 1rem 0 0; font-size: .93em; }
@media (min-width: 56rem) {
  .alone .heads, .alone #list li { display: grid; grid-template-columns: minmax(0, 16rem) minmax(0, 1fr) minmax(0, 13rem) 4.5rem minmax(4.5rem, auto); column-gap: 1.5rem; }
  .alone .heads { padding: .5rem 1.1rem; font-size: .87em; color: var(--faint); background: var(--sunken); border-bottom: 1px solid var(--line); }
  .heads :nth-child(n + 4) { text-align: right; }
  .alone #list li { grid-template-areas: "from subject via size time" "to subject . . ."; grid-template-rows: auto 1fr; }
  .alone #list .via { display: block; }
  .alone #list .refusal .subject { grid-column-end: size; }
}
`;

const MESSAGE = `
.panes > #list { display: none; }
.panes > main { background: var(--paper); min-width: 0; }
article { max-width: 66rem; padding: clamp(1rem, 2.5vw, 2rem); }
article h1 { margin: 0 0 .9rem; font-size: clamp(1.25rem, 1rem + 1.2vw, 1.65rem); line-height: 1.25; letter-spacing: -.02em; font-weight: 650; overflow-wrap: anywhere; }
article h2 { margin: 0 0 .75rem; font-size: 1rem; font-weight: 650; }
section { padding-top: 2rem; }
.back { margin: 0 0 1rem; }
dl { margin: 0; display: grid; gap: .3rem; align-content: start; }
dl > div { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: 0 1rem; align-items: baseline; }
dt { color: var(--faint); overflow-wrap: anywhere; }
dd { margin: 0; overflow-wrap: anywhere; }
dl.headers > div { grid-template-columns: 13rem minmax(0, 1fr); }
dl.headers { font-size: .93em; }
.actions { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 0; padding: 0; }
.jump { position: sticky; top: 3.5rem; z-index: 1; margin-top: 1.25rem; background: var(--paper); border-bottom: 1px solid var(--line); overflow-x: auto; }
.jump ul { list-style: none; display: flex; gap: 1.5rem; margin: 0; padding: 0; }
.jump a { display: block; padding: .6rem 0; color: var(--faint); text-decoration: none; white-space: nowrap; }
.jump a:hover { color: var(--ink); }
iframe { display: block; width: 100%; height: 27rem; min-height: 8rem; resize: vertical; overflow: auto; border: 1px solid var(--line); border-radius: 8px; background: #fff; color-scheme: light; }
.under { margin: .5rem 0 0; font-size: .93em; }
.text { font-size: .93em; line-height: 1.55; }
.text bdi { unicode-bidi: plaintext; }
.files { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem; }
.files li { display: grid; grid-template: "kind name" "kind facts" / 2.9rem minmax(0, 1fr); gap: 0 .9rem; align-items: center; }
.files a { overflow-wrap: anywhere; justify-self: start; }
.files .faint { grid-area: facts; font-size: .9em; overflow-wrap: anywhere; }
.kind { grid-area: kind; display: grid; place-items: center; height: 2.9rem; font: 600 .72rem var(--mono); color: var(--accent); background: var(--chosen); border-radius: 8px; }
.notice { margin: 0 0 .75rem; padding: .5rem .9rem; color: var(--amber); background: var(--amber-ground); border-radius: 8px; }
.notice ul { margin: .4rem 0 .3rem; padding-left: 1.2rem; }
.event { padding: 1rem; background: var(--sunken); border: 1px solid var(--line); border-radius: 8px; }
details { margin-top: 1rem; }
details pre { margin-top: .6rem; }
summary { cursor: pointer; }
.columns { display: grid; gap: .3rem 2.5rem; }
.plain { list-style: none; margin: 0; padding: 0; }
.tree, .tree ul { list-style: none; margin: 0; padding: 0; }
.tree ul { margin-left: .45rem; padding-left: 1.1rem; border-left: 1px solid var(--line); }
.tree li { padding: .15rem 0; overflow-wrap: anywhere; }
.tree .number { display: inline-block; min-width: 1.9rem; color: var(--faint); font-variant-numeric: tabular-nums; }
@media (min-width: 62rem) {
  .panes { display: grid; grid-template-columns: 23rem minmax(0, 1fr); align-items: start; }
  .panes > #list { display: block; position: sticky; top: 3.5rem; height: calc(100vh - 3.5rem); overflow: auto; border-right: 1px solid var(--line); }
  .panes > main { min-height: calc(100vh - 3.5rem); }
  .back { display: none; }
  .columns { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
@media (max-width: 40rem) {
  html { scroll-padding-top: 9rem; }
  .bar { flex-wrap: wrap; }
  .bar #count { order: 1; flex-basis: 100%; font-size: .9em; }
  .jump { top: 0; }
  .bar { position: static; }
  dl > div, dl.headers > div { grid-template-columns: 5.5rem minmax(0, 1fr); }
  dl.headers > div { grid-template-columns: minmax(0, 1fr); }
  dl.headers { gap: .5rem; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
`;

export const inboxStyle = FRAME + LIST + MESSAGE;
