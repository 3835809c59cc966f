/** The catalogue of failures as pages, for readers who are no mail experts: what happened, who can cure it, and how. */

import { type FailureCode, failureCodes } from '../domain/catalogue/catalogue.ts';
import { entryOf } from '../domain/failure.ts';
import {
  aboutInWords,
  againInWords,
  codesByStage,
  responsibleInWords,
  stagesInWords,
} from '../domain/failure-words.ts';
import { begun, hasBlanks, lines, linkTo, prose } from './failure-prose.ts';
import { type Content, html, type Markup } from './markup.ts';
import type { Page } from './page.ts';

/** All failures, by the stage of a message's way at which they happen. */
export function listPage(): Page {
  const parts = codesByStage();
  const content = html`<h1>Failures</h1>
<p class="lead">Whenever this relay does not submit a message, its answer names one of these ${failureCodes.length} failures by its <code>code</code>. Each page says what happened, who can cure it, and how.</p>
<nav aria-label="Stages"><ul class="stages">
${parts.map(({ stage, heading, codes }) => html`<li><a href="#${stage}">${heading} <span class="from">${codes.length}</span></a></li>\n`)}</ul></nav>
${parts.map(
  ({ stage, heading, codes }) => html`<section aria-labelledby="${stage}">
<h2 id="${stage}">${heading}</h2>
${listOf(codes)}
</section>
`,
)}`;
  return { title: 'Failures', content };
}

/** One failure. */
export function failurePage(code: FailureCode): Page {
  const { title, cause, status, stage, about, responsible, retry, remedy, sources } = entryOf(code);
  const content = html`<nav class="path" aria-label="Where this is"><a href="/failures">All failures</a> › <a href="/failures#${stage}">${stagesInWords[stage]}</a></nav>
<h1>${title}</h1>
<p class="code"><code>${code}</code></p>
<h2>What happened</h2>
<p class="lead">${prose(cause)}</p>
<dl class="facts">
${fact('Who can cure it', begun(responsibleInWords[responsible]))}
${fact('Try again?', begun(againInWords(retry)))}
${fact('What it is about', begun(aboutInWords[about]))}
${fact('HTTP status', html`<code>${status}</code>`)}
</dl>
<h2>What to do</h2>
<p class="summary">${prose(remedy.summary)}</p>
${[cause, remedy.summary, ...remedy.steps].some(hasBlanks) ? blanksNote : null}
<ol class="steps">
${remedy.steps.map((step) => html`<li>${prose(step)}</li>\n`)}</ol>
${retry === 'never' ? null : againNote}
${remedy.powershell.length > 0 ? powershell(remedy.powershell) : null}
<h2>Read on</h2>
<ul class="links">
${remedy.docs.map((page) => html`<li>${linkTo(page)}</li>\n`)}</ul>
<details><summary>What this page rests on</summary>
<ul class="links">
${sources.map((source) => html`<li>${source.startsWith('https://') ? linkTo(source) : source}</li>\n`)}</ul>
</details>`;
  return { title, content };
}

/** For a code that does not exist. */
export function unknownFailurePage(code: string, near: readonly FailureCode[]): Page {
  const content = html`<h1>No failure has this code</h1>
<p class="lead">The catalogue of this relay does not know <code>${code}</code>. Perhaps the code was shortened on its way here, or comes from a relay of another version.</p>
${near.length > 0 ? html`<h2>Did you mean</h2>\n${listOf(near)}` : null}
<p><a href="/failures">All failures</a></p>`;
  return { title: 'No failure has this code', content };
}

function listOf(codes: readonly FailureCode[]): Markup {
  return html`<ul class="failures">
${codes.map((code) => {
  const { title, cause } = entryOf(code);
  return html`<li id="${code}"><h3><a href="/failures/${code}">${title}</a></h3>
<p class="code"><code>${code}</code></p>
<p>${prose(cause)}</p></li>
`;
})}</ul>`;
}

function fact(term: string, description: Content): Markup {
  return html`<div><dt>${term}</dt><dd>${description}</dd></div>`;
}

const blanksNote = html`<p class="note">Words that are marked <mark>&lt;like this&gt;</mark> stand for values of your installation. The answer of the relay has them filled in: look at <code>remedy</code> there.</p>`;

const againNote = html`<p class="note">What the relay has accepted it tries again by itself, and a problem means that your application decides: nothing more happens unless it asks again. How many seconds to wait is said in the answer: <code>retry_after</code>, or the header <code>Retry-After</code>.</p>`;

function powershell(commands: readonly string[]): Markup {
  const blanks = commands.some(hasBlanks)
    ? html` Replace what is <mark>marked</mark>, or copy the lines from the answer of the relay (<code>remedy.powershell</code>), which has your values in them.`
    : null;
  return html`<h2>PowerShell</h2>
<p>For an administrator, to go with the steps above. A line that begins with <code>#</code> does nothing until you remove that sign.${blanks}</p>
<pre tabindex="0" role="region" aria-label="PowerShell"><code>${lines(commands)}</code></pre>`;
}
