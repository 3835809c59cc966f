/** The HTML of a message as a document of its own, which may look as it likes and do nothing. */

import type { AttachmentJson } from './caught-message-json.ts';

/**
 * The HTML with its inline images led to the inbox (RFC 2392).
 *
 * @param attachments of the same message
 */
export function htmlPart(html: string, attachments: readonly AttachmentJson[]): string {
  const urls = new Map(attachments.map(({ content_id, url }) => [content_id, url]));
  return html.replace(/\bcid:([^\s"'<>)]+)/gi, (reference, id: string) => urls.get(decoded(id)) ?? reference);
}

/**
 * No scripts, no forms, no way out of the frame, no requests but for the message's own inline images.
 *
 * @param host name and port by which the browser knows the inbox
 * @param id the message's
 */
export function htmlPolicy(host: string, id: string): string {
  // A sandboxed document has no origin of its own, so 'self' would mean nothing for its images.
  const images = `data: http://${host}/messages/${id}/attachments/`;
  return `sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src ${images}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`;
}

/** Addresses elsewhere that the HTML would have a browser load by itself, each once; links are not among them. */
export function remoteReferences(html: string): string[] {
  const attributes = /\b(?:src|srcset|background|poster|data)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/gi;
  const sheets = /<link\b[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/gi;
  const styles = /(?:url\(\s*|@import\s+)(?:"([^"]*)"|'([^']*)'|([^\s"')]+))/gi;
  const found = [attributes, sheets, styles].flatMap((pattern) =>
    [...html.matchAll(pattern)].flatMap(([, ...values]) => (values.find((value) => value) ?? '').split(/,?\s+/)),
  );
  return [...new Set(found.filter((address) => /^(?:https?:)?\/\//i.test(address)))];
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
