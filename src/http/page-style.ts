/** The style sheet of the pages, light and dark by the reader's own setting; every colour of text has a contrast of 4.5 and more on its ground. */

export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f7f7f5, #12151a);
  --paper: light-dark(#ffffff, #1a1e25);
  --ink: light-dark(#1d2229, #e3e7ed);
  --faint: light-dark(#565f6c, #a2abb9);
  --line: light-dark(#dfe2e6, #2f3640);
  --accent: light-dark(#0b5cad, #7db8f7);
  --blank: light-dark(#fff1c9, #453a17);
  --blank-ink: light-dark(#5e4300, #ffe09a);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 46rem; padding: 0 1.25rem 3rem; background: var(--ground); color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif; }
a { color: var(--accent); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 3px; }
main:focus { outline: none; }
.skip { position: absolute; left: -100rem; padding: .5rem 1rem; background: var(--paper); }
.skip:focus { left: 1rem; top: 1rem; }
body > header, footer { color: var(--faint); font-size: .9rem; }
body > header { padding: 1rem 0; border-bottom: 1px solid var(--line); margin-bottom: 2rem; }
body > header p { margin: 0; }
body > header a { font-weight: 600; }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h1 { margin: 0 0 .25rem; font-size: clamp(1.6rem, 5vw, 2.1rem); line-height: 1.2; text-wrap: balance; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.3rem; line-height: 1.3; }
h3 { margin: 0; font-size: 1.0625rem; line-height: 1.4; }
p { margin: .5rem 0; }
h1, h2, h3, p, li, dd { overflow-wrap: break-word; }
code, pre { font-family: ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .9em; overflow-wrap: anywhere; }
.code { margin: 0; color: var(--faint); }
.lead { font-size: 1.15rem; }
.path { margin: 0 0 1rem; font-size: .95rem; }
mark { background: var(--blank); color: var(--blank-ink); padding: .05em .25em; border-radius: .25em; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.note { padding: .75rem 1rem; border-left: 4px solid var(--accent); background: var(--paper); border-radius: 0 .5rem .5rem 0; font-size: 1rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: 1px; margin: 2rem 0; background: var(--line); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
.facts div { padding: .9rem 1.1rem; background: var(--paper); }
.facts dt { color: var(--faint); font-size: .9rem; }
.facts dd { margin: .1rem 0 0; }
.summary { font-weight: 600; }
ol.steps { margin: 1rem 0; padding: 0; list-style: none; counter-reset: step; }
.steps li { position: relative; margin: 0 0 1rem; padding-left: 2.75rem; counter-increment: step; }
.steps li::before { content: counter(step); position: absolute; left: 0; top: 0; width: 1.9rem; height: 1.9rem; border: 1px solid var(--line); border-radius: 50%; background: var(--paper); text-align: center; line-height: 1.8rem; font-size: .9rem; font-weight: 600; font-variant-numeric: tabular-nums; }
pre { margin: 1rem 0; padding: 1rem 1.1rem; overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; font-size: .875rem; line-height: 1.7; overflow-wrap: normal; }
.links { padding-left: 1.2rem; }
.links li { margin: .4rem 0; }
.from { color: var(--faint); font-size: .9rem; }
details { margin-top: 2rem; color: var(--faint); font-size: .95rem; }
summary { cursor: pointer; }
.stages { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1.5rem 0 0; padding: 0; list-style: none; }
.stages a { display: flex; gap: .5rem; align-items: baseline; padding: .3rem .8rem; border: 1px solid var(--line); border-radius: 2rem; background: var(--paper); text-decoration: none; font-size: .95rem; }
.stages a:hover { border-color: var(--accent); }
.failures { margin: 0; padding: 0; list-style: none; background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; }
.failures li { padding: 1rem 1.1rem; }
.failures li + li { border-top: 1px solid var(--line); }
.failures h3 a { text-decoration: none; }
.failures h3 a:hover { text-decoration: underline; }
.failures p { margin: .3rem 0 0; font-size: 1rem; }
.failures .code { font-size: .95rem; }
@media print { .skip, footer { display: none; } body { max-width: none; background: none; } }
`;
