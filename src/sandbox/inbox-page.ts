/** The list of what the sandbox has caught and refused, the newest first; the page of a message has it at its side. */

import type { MessageJson, RefusalJson, SummaryJson } from './caught-message-json.ts';
import { type Content, Markup, markup } from './markup.ts';
import { messageArticle } from './message-page.ts';
import { counted, octets, page, subjectOf, time } from './page.ts';

export interface InboxView {
  /** As many as the page shows, the newest first. */
  readonly entries: readonly (SummaryJson | RefusalJson)[];
  readonly messages: number;
  readonly refusals: number;
  /** From 1. */
  readonly page: number;
  readonly pages: number;
  /** The message that is read. */
  readonly open: MessageJson | null;
  /** A command that submits a message. */
  readonly firstMessage: string | null;
}

/** Renders the page. */
export function inboxPage(view: InboxView): string {
  const { messages, refusals, open } = view;
  const isEmpty = messages + refusals === 0;
  const count = refusals === 0 ? counted(messages, 'message') : `${counted(messages, 'message')}, ${refusals} refused`;
  const list = markup`<nav id="list" aria-label="Messages">${rows(view)}</nav>`;
  return page({
    title: `${open ? `${subjectOf(open)} · ` : ''}Inbox · exo-relay sandbox`,
    count,
    isEmpty,
    reloads: open === null,
    main: open
      ? markup`<div class="panes">${list}<main id="content">${messageArticle(open)}</main></div>`
      : markup`<main id="content" class="alone"><h1 class="unseen">Inbox</h1>${list}</main>`,
  });
}

function rows(view: InboxView): Content {
  if (view.entries.length === 0) return empty(view.firstMessage);
  return [
    markup`<div class="heads" aria-hidden="true"><span>From</span><span>Subject</span><span>Mailbox</span><span>Size</span><span>Time</span></div>`,
    markup`<ol>${view.entries.map((entry) => ('command' in entry ? refusal(entry) : message(entry, view.open)))}</ol>`,
    view.pages > 1 && turning(view),
  ];
}

function message(summary: SummaryJson, open: MessageJson | null): Markup {
  const current = summary.id === open?.id;
  return markup`<li${current && new Markup(' class="current"')}>
<a class="subject" href="/?message=${summary.id}"${current && new Markup(' aria-current="true"')}><bdi>${subjectOf(summary)}</bdi></a>
<span class="from"><span class="unseen">from </span><bdi>${summary.from ? summary.from.name || summary.from.address : summary.mail_from || '(no sender)'}</bdi></span>
<span class="to">to <bdi>${summary.rcpt_to[0] ?? ''}</bdi>${summary.rcpt_to.length > 1 && ` and ${summary.rcpt_to.length - 1} more`}</span>
<span class="via"><span class="unseen">signed in as </span><bdi>${summary.authenticated_as}</bdi></span>
<span class="size">${octets(summary.size)}</span>
${time(summary.received_at)}
</li>`;
}

/** What was refused has no message to open; it tells all it knows in its place. */
function refusal({
  id,
  reply,
  command,
  authenticated_as,
  mail_from,
  rcpt_to,
  refused_at,
  session_id,
}: RefusalJson): Markup {
  const word = reply === null ? 'unanswered' : reply.startsWith('4') ? 'deferred' : 'refused';
  const text = reply ?? 'There was no reply: the connection was cut, or nothing more was said on it';
  const facts = [
    ['Command', command],
    ['Reply', text],
    ['MAIL FROM', mail_from],
    ['RCPT TO', rcpt_to.join(', ')],
    ['Mailbox', authenticated_as],
    ['Session', session_id],
  ] as const;
  return markup`<li class="refusal">
<span class="from"><bdi>${authenticated_as ?? 'Nobody yet'}</bdi></span>
<details class="subject" id="refusal-${id}"><summary><span class="badge ${word}">${word}</span> <bdi>${text}</bdi></summary>
<dl>${facts.map(([name, value]) => value && markup`<div><dt>${name}</dt><dd><code>${value}</code></dd></div>`)}</dl></details>
<span class="to">${rcpt_to.length > 0 ? markup`to <bdi>${rcpt_to.join(', ')}</bdi>` : markup`at <code>${command}</code>`}</span>
<span class="via"></span>
<span class="size"></span>
${time(refused_at)}
</li>`;
}

function turning({ page, pages }: InboxView): Markup {
  return markup`<p class="turning">
${page > 1 && markup`<a href="/?page=${page - 1}" rel="prev">Newer</a>`}
<span>Page ${page} of ${pages}</span>
${page < pages && markup`<a href="/?page=${page + 1}" rel="next">Older</a>`}
</p>`;
}

const EXAMPLE = `curl -sS http://127.0.0.1:8080/send \\
    -H 'Authorization: Bearer <API key>' \\
    -H 'Content-Type: application/json' \\
    -d '{"from":"billing@contoso.example","to":"jane@fabrikam.example","subject":"Invoice 4711","text":"Thank you for your order."}'`;

function empty(firstMessage: string | null): Markup {
  const explained = firstMessage
    ? 'Paste this into a terminal, and the message appears here:'
    : 'Send something through your relay, and it appears here. For example:';
  return markup`<div class="empty">
<h2>No mail yet</h2>
<p>${explained}</p>
<pre tabindex="0" aria-label="Command">${(firstMessage ?? EXAMPLE).trim()}</pre>
<p class="faint">Nothing leaves this machine. Refused attempts show up here as well.</p>
</div>`;
}
