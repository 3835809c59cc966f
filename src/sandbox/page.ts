/** The frame of every page of the inbox, and how it writes sizes and times. */

import { SCRIPT } from './inbox-script.ts';
import { type Content, Markup, markup } from './markup.ts';

/** Seconds between reloads where no script runs. */
const RELOAD_AFTER = 5;

const MARK = markup`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8"/><path d="M7 11.5h18v10.5H7zM7 12l9 6.5L25 12"/></svg>`;

export interface PageParts {
  readonly title: string;
  /** In words: `3 messages, 1 refusal`. */
  readonly count: string;
  readonly isEmpty: boolean;
  /** Whether it reloads by itself where no script runs; not while a message is being read. */
  readonly reloads: boolean;
  readonly main: Content;
}

/** A whole document. */
export function page({ title, count, isEmpty, reloads, main }: PageParts): string {
  const clear = markup`<form method="post" action="/clear"><button${isEmpty && new Markup(' disabled')}>Clear all</button></form>`;
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${reloads && markup`<noscript><meta http-equiv="refresh" content="${RELOAD_AFTER}"></noscript>`}
<title>${title}</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header class="bar">
<a class="home" href="/">${MARK}<span>Sandbox inbox</span></a>
<p id="count" role="status">${count}</p>
<p class="live" id="live" hidden>Live</p>
<div id="clear">${clear}</div>
</header>
${main}
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.text;
}

/** A time with its machine-readable form; the day is told when it is not today. */
export function time(iso: string, now: Date = new Date()): Markup {
  const at = new Date(iso);
  const clock = at.toLocaleTimeString('en-GB');
  const day = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return markup`<time datetime="${iso}" title="${iso}">${at.toDateString() === now.toDateString() ? clock : `${day} ${clock}`}</time>`;
}

/** The same with its day and zone. */
export function instant(iso: string): Markup {
  const words = new Date(iso).toLocaleString('en-GB', { dateStyle: 'full', timeStyle: 'long' });
  return markup`<time datetime="${iso}">${words}</time>`;
}

/** `812 B`, `14.2 KB`, `3.1 MB`; powers of 1,000. */
export function octets(size: number): string {
  if (size < 1_000) return `${size} B`;
  if (size < 1_000_000) return `${(size / 1_000).toFixed(size < 10_000 ? 1 : 0)} KB`;
  return `${(size / 1_000_000).toFixed(1)} MB`;
}

/** `1 message`, `2 messages` */
export function counted(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

/** The subject, or words that say that there is none. */
export function subjectOf({ subject }: { readonly subject: string | null }): string {
  return subject?.trim() || '(no subject)';
}
