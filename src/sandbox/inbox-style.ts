/** The style sheet of the inbox page, light and dark by the reader's own setting. */

export const inboxStyle = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#ffffff, #16181d);
  --ground: light-dark(#f4f5f7, #0e1014);
  --ink: light-dark(#1b1f27, #e4e7ee);
  --faint: light-dark(#667085, #98a1b3);
  --line: light-dark(#e2e5eb, #2a2e37);
  --accent: light-dark(#0f6cbd, #62abf5);
  --chosen: light-dark(#e8f2fc, #1b2b3d);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
a { color: var(--accent); }
body > header { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap; padding: 1rem 1.5rem; }
body > header a { color: inherit; text-decoration: none; }
body > header p { margin: 0; color: var(--faint); }
h1 { margin: 0; font-size: 1.25rem; }
h2 { margin: 0 0 1rem; font-size: 1.25rem; overflow-wrap: anywhere; }
h3 { margin: 1.5rem 0 .5rem; font-size: .8rem; letter-spacing: .05em; text-transform: uppercase; color: var(--faint); }
main { display: grid; gap: 1rem; padding: 0 1.5rem 1.5rem; }
nav, article { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; }
nav { overflow: hidden; align-self: start; }
nav a { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .6rem 1rem; color: inherit; text-decoration: none; }
nav a + a { border-top: 1px solid var(--line); }
nav a:hover, nav a[aria-current] { background: var(--chosen); }
nav .subject { font-weight: 600; overflow-wrap: anywhere; }
nav .to { grid-column: 1 / -1; grid-row: 2; color: var(--faint); overflow-wrap: anywhere; }
nav time { color: var(--faint); font-variant-numeric: tabular-nums; }
.empty { margin: 0; padding: 3rem 1rem; text-align: center; color: var(--faint); }
article { padding: 1.5rem; min-width: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
.links a { margin-right: 1rem; }
pre { margin: 0; padding: 1rem; background: var(--ground); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
iframe { width: 100%; height: 28rem; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
ul { margin: 0; padding-left: 1.2rem; }
small { color: var(--faint); }
details { margin-top: 1.5rem; }
summary { cursor: pointer; color: var(--faint); }
@media (min-width: 60rem) {
  main.open { grid-template-columns: minmax(18rem, 24rem) 1fr; }
}
`;
