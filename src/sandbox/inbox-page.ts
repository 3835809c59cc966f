/** The inbox as a page without scripts. Nothing a message says reaches the markup unescaped; its HTML is shown only in a sandboxed frame. */

import type { AddressJson, MessageJson, SummaryJson } from './caught-message-json.ts';

/** Seconds between reloads of the list while no message is open. */
const RELOAD_AFTER = 5;

/**
 * Renders the page.
 *
 * @param messages in the order in which they are shown
 * @param open the message shown beside the list
 */
export function inboxPage(messages: readonly SummaryJson[], open: MessageJson | null): string {
  const reload = open ? '' : `<meta http-equiv="refresh" content="${RELOAD_AFTER}">`;
  const count = messages.length === 1 ? '1 message' : `${messages.length} messages`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${reload}
<title>${open ? `${escaped(subjectOf(open))} · ` : ''}Inbox · exo-relay sandbox</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><a href="/"><h1>Inbox</h1></a><p>${count} caught by the practice Microsoft 365. Nothing was delivered.</p></header>
<main${open ? ' class="open"' : ''}>
<nav aria-label="Messages">${messages.length === 0 ? EMPTY : messages.map((message) => entry(message, open)).join('\n')}</nav>
${open ? article(open) : ''}
</main>
</body>
</html>
`;
}

/** The HTML part of a message as a document of its own, its inline images led to the inbox. */
export function htmlPart({ html, attachments }: MessageJson): string {
  return attachments.reduce(
    (text, { content_id, url }) => (content_id ? text.replaceAll(`cid:${content_id}`, url) : text),
    html ?? '',
  );
}

const EMPTY = '<p class="empty">No mail yet. This page reloads by itself.</p>';

function entry(message: SummaryJson, open: MessageJson | null): string {
  const current = message.id === open?.id ? ' aria-current="true"' : '';
  return `<a href="/?message=${escaped(message.id)}"${current}>
<span class="subject">${escaped(subjectOf(message))}</span>
<span class="to">${escaped(message.rcpt_to.join(', '))}</span>
<time datetime="${escaped(message.received_at)}">${escaped(clock(message.received_at))}</time>
</a>`;
}

function article(message: MessageJson): string {
  const { session } = message;
  const facts: [string, string][] = [
    ['From', message.from ? addressed([message.from]) : ''],
    ['To', addressed(message.to)],
    ['Cc', addressed(message.cc)],
    ['MAIL FROM', `${message.mail_from} ${Object.entries(message.mail_parameters).map(parameter).join(' ')}`],
    ['RCPT TO', message.rcpt_to.join(', ')],
    ['Signed in as', message.authenticated_as],
    [
      'Session',
      `${session.id} from ${session.remote_address} as ${session.ehlo}, ${session.tls_protocol}, ${session.command}`,
    ],
    ['Received', message.received_at],
    ['Size', octets(message.size)],
  ];
  return `<article>
<h2>${escaped(subjectOf(message))}</h2>
${table(facts.filter(([, value]) => value.trim() !== ''))}
<p class="links"><a href="/messages/${escaped(message.id)}/raw">Source</a> <a href="/messages/${escaped(message.id)}">JSON</a></p>
${attachments(message)}
${message.html === null ? '' : section('HTML', `<iframe sandbox="" src="/messages/${escaped(message.id)}/html" title="HTML part"></iframe>`)}
${message.text === null ? '' : section('Text', `<pre>${escaped(message.text)}</pre>`)}
<details><summary>All headers</summary>${table(message.headers.map(({ name, value }) => [name, value]))}</details>
</article>`;
}

function attachments(message: MessageJson): string {
  if (message.attachments.length === 0) return '';
  const items = message.attachments.map(
    ({ url, filename, content_type, size }) =>
      `<li><a href="${escaped(url)}" download>${escaped(filename ?? 'unnamed')}</a> <small>${escaped(content_type)}, ${octets(size)}</small></li>`,
  );
  return section('Attachments', `<ul>${items.join('')}</ul>`);
}

function section(heading: string, content: string): string {
  return `<section><h3>${heading}</h3>${content}</section>`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  return `<dl>${rows.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`;
}

function subjectOf({ subject }: SummaryJson): string {
  return subject?.trim() || '(no subject)';
}

function addressed(addresses: readonly AddressJson[]): string {
  return addresses.map(({ name, address }) => (name ? `${name} <${address}>` : address)).join(', ');
}

function parameter([keyword, value]: [string, string]): string {
  return value === '' ? keyword : `${keyword}=${value}`;
}

function clock(time: string): string {
  return `${time.slice(11, 19)} UTC`;
}

function octets(size: number): string {
  return size < 10_000 ? `${size} bytes` : `${(size / 1_000_000).toFixed(2)} MB`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
