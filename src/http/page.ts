/** The frame of every page that this server shows to people: no script, nothing from elsewhere, in nobody's frame. */

import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { type Content, html, Markup } from './markup.ts';
import { pageStyle } from './page-style.ts';

const STYLE_HASH = createHash('sha256').update(pageStyle).digest('base64');
const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** As it is: between these tags nothing is unescaped, and the hash is of these bytes. */
const STYLE = Markup.of([`<style>${pageStyle}</style>`], []);

/** In the page, so that no browser asks for /favicon.ico. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' fill='none' stroke='%230b5cad' stroke-width='3'%3E%3Cpath d='M3 7h26v18H3zl13 10L29 7'/%3E%3C/svg%3E";

export interface Page {
  /** Of the window; the heading stands in the content. */
  readonly title: string;
  readonly content: Content;
}

/** Answers with a page. */
export function sendPage(reply: FastifyReply, status: number, { title, content }: Page): FastifyReply {
  const text = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · exo-relay</title>
<link rel="icon" href="${ICON}">
${STYLE}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><p><a href="/failures">exo-relay</a> submits mail to Exchange Online</p></header>
<main id="content" tabindex="-1">
${content}
</main>
<footer><p>Programs get the same as JSON: <code>Accept: application/json</code>. How to call this relay: <a href="/docs">its API</a>.</p></footer>
</body>
</html>
`;
  return reply
    .code(status)
    .headers({
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    .type('text/html; charset=utf-8')
    .send(text.toString());
}
