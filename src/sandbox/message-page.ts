/** One caught message for people: what it shows its reader, and what it was made of. Its HTML is shown in a sandboxed frame alone. */

import { decodeWords } from 'postal-mime';
import { calendarEvent } from './calendar-part.ts';
import type { AddressJson, AttachmentJson, MessageJson } from './caught-message-json.ts';
import { remoteReferences } from './html-part.ts';
import { type Content, type Markup, markup } from './markup.ts';
import type { PartJson } from './mime-structure.ts';
import { instant, octets, subjectOf } from './page.ts';

interface Section {
  readonly id: string;
  readonly heading: string;
  readonly content: Content;
}

/** Renders the message, without the page around it. */
export function messageArticle(message: MessageJson): Markup {
  const path = `/messages/${message.id}`;
  const sections = sectionsOf(message);
  return markup`<article>
<p class="back"><a href="/">All messages</a></p>
<header>
<h1><bdi>${subjectOf(message)}</bdi></h1>
<dl class="who">
${row('From', message.from && person(message.from))}
${row('To', people(message.to))}
${row('Cc', people(message.cc))}
${row('Received', instant(message.received_at))}
</dl>
<ul class="actions" aria-label="This message">
<li><a href="${path}/source">View source</a></li>
<li><a href="${path}/raw" download="${message.id}.eml">Download .eml</a></li>
<li><a href="${path}">JSON</a></li>
</ul>
</header>
<nav class="jump" aria-label="Parts of this page"><ul>${sections.map(({ id, heading }) => markup`<li><a href="#${id}">${heading}</a></li>`)}</ul></nav>
${sections.map(({ id, heading, content }) => markup`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${heading}</h2>${content}</section>`)}
</article>`;
}

function sectionsOf(message: MessageJson): Section[] {
  const { attachments } = message;
  const sections: (Section | false)[] = [
    message.html !== null && { id: 'html', heading: 'HTML', content: html(message.id, message.html) },
    message.text !== null && {
      id: 'text',
      heading: 'Text',
      content: markup`<pre class="text" tabindex="0" aria-label="Text of the message"><bdi>${message.text}</bdi></pre>`,
    },
    attachments.length > 0 && {
      id: 'attachments',
      heading: 'Attachments',
      content: markup`<ul class="files">${attachments.map(file)}</ul>`,
    },
    message.calendars.length > 0 && { id: 'calendar', heading: 'Calendar', content: message.calendars.map(calendar) },
    { id: 'envelope', heading: 'Envelope', content: envelope(message) },
    { id: 'parts', heading: 'MIME parts', content: markup`<ul class="tree">${tree(message.structure)}</ul>` },
    { id: 'headers', heading: 'Headers', content: headers(message) },
  ];
  return sections.filter((section) => section !== false);
}

function html(id: string, content: string): Content {
  const remote = remoteReferences(content);
  return [
    remote.length > 0 &&
      markup`<details class="notice"><summary>${remote.length === 1 ? '1 remote resource was' : `${remote.length} remote resources were`} blocked</summary><ul>${remote.map((address) => markup`<li><code>${address}</code></li>`)}</ul></details>`,
    markup`<iframe sandbox="" src="/messages/${id}/html" title="The HTML of the message"></iframe>`,
    markup`<p class="under"><a href="/messages/${id}/html">Open it alone</a></p>`,
  ];
}

function file({ url, filename, content_type, content_id, size, disposition }: AttachmentJson): Markup {
  const name = filename ?? 'unnamed';
  const facts = [content_type, octets(size), disposition === 'inline' && 'inline', content_id && `cid:${content_id}`];
  return markup`<li>
<span class="kind" aria-hidden="true">${kindOf(name, content_type)}</span>
<a href="${url}" download><bdi>${visible(name)}</bdi></a>
<span class="faint">${facts.filter((each) => !!each).join(' · ')}</span>
</li>`;
}

function calendar(text: string): Markup {
  const { method, facts } = calendarEvent(text);
  return markup`<div class="event"><dl>${row('Method', method)}${facts.map(([name, value]) => row(name, value))}</dl>
<details><summary>Source of the calendar part</summary><pre tabindex="0" aria-label="Calendar source">${text}</pre></details></div>`;
}

function envelope(message: MessageJson): Markup {
  const { session, mail_parameters: parameters } = message;
  const keywords = Object.entries(parameters).map(([keyword, value]) =>
    value === '' ? keyword : `${keyword}=${value}`,
  );
  const named = new Set([...message.to, ...message.cc].map(({ address }) => address.toLowerCase()));
  return markup`<div class="columns">
<dl>
${row('MAIL FROM', markup`<code>&lt;${message.mail_from}&gt;${keywords.map((each) => ` ${each}`)}</code>`)}
${row('RCPT TO', markup`<ul class="plain">${message.rcpt_to.map((each) => markup`<li><code>&lt;${each}&gt;</code>${!named.has(each.toLowerCase()) && markup` <span class="faint">in no header (Bcc)</span>`}</li>`)}</ul>`)}
${row('Content', `${octets(message.size)} (${message.size.toLocaleString('en')} octets) by ${session.command}`)}
${row('Message-ID', message.message_id && markup`<code>${message.message_id}</code>`)}
</dl>
<dl>
${row('Mailbox', message.authenticated_as)}
${row('Tenant', markup`<code>${session.tenant_id}</code>`)}
${row('App', markup`<code>${session.client_id}</code>`)}
${row('TLS', session.tls_protocol)}
${row('Client', `${session.remote_address}, EHLO ${session.ehlo}`)}
${row('Session', markup`<code>${session.id}</code>`)}
</dl>
</div>`;
}

function tree(part: PartJson): Markup {
  const facts = part.parts.length > 0 ? [] : [part.charset, part.encoding, part.disposition, octets(part.size)];
  return markup`<li>
<span class="part">${part.part !== null && markup`<span class="number">${part.part}</span> `}<code>${part.content_type}</code> ${part.filename && markup`<bdi>${visible(part.filename)}</bdi> `}<span class="faint">${facts.filter((each) => !!each).join(' · ')}</span></span>
${part.parts.length > 0 && markup`<ul>${part.parts.map(tree)}</ul>`}
</li>`;
}

function headers({ headers, raw_headers }: MessageJson): Markup {
  return markup`<dl class="headers">${headers.map(({ name, value }) => row(name, markup`<bdi>${decodeWords(value)}</bdi>`))}</dl>
<details><summary>As they were transferred</summary><pre tabindex="0" aria-label="Raw headers">${raw_headers}</pre></details>`;
}

function row(name: string, value: Content): Content {
  return value !== null && value !== false && value !== '' && markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function people(addresses: readonly AddressJson[]): Content {
  return addresses.length > 0 && addresses.map((each, index) => [index > 0 && ', ', person(each)]);
}

function person({ name, address }: AddressJson): Markup {
  return name
    ? markup`<bdi>${name}</bdi> <span class="faint">&lt;<bdi>${address}</bdi>&gt;</span>`
    : markup`<bdi>${address}</bdi>`;
}

/** Up to four letters that tell what a file is. */
function kindOf(filename: string, contentType: string): string {
  const [, extension = contentType.split('/')[1] ?? ''] = /\.([a-z0-9]{1,4})$/i.exec(filename) ?? [];
  return extension.slice(0, 4).toUpperCase();
}

/** A name in which nothing is hidden or turned around. */
function visible(filename: string): string {
  return filename.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\u{fffd}');
}
