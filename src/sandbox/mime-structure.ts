/** The tree of a message's MIME parts, as IMAP's BODYSTRUCTURE tells it; bounded in depth and number, whatever a message says. */

import PostalMime from 'postal-mime';
import { headerSection } from './message-content.ts';

export interface PartJson {
  /** As IMAP numbers it (RFC 9051 §6.4.5): `1`, `2.1`; null for the multipart that is the whole message. */
  readonly part: string | null;
  readonly content_type: string;
  readonly charset: string | null;
  /** Content-Transfer-Encoding, in lower case. */
  readonly encoding: string;
  readonly disposition: string | null;
  readonly filename: string | null;
  readonly content_id: string | null;
  /** Octets of the body as it was transferred. */
  readonly size: number;
  readonly parts: readonly PartJson[];
}

const MAX_DEPTH = 20;
const MAX_PARTS = 200;
const LINE_FEED = 0x0a;

/** Takes the content apart without decoding it. A multipart beyond the bounds, or without parts, is shown as a leaf. */
export async function mimeStructure(content: Buffer): Promise<PartJson> {
  return await partOf(content, [], { left: MAX_PARTS });
}

async function partOf(content: Buffer, path: readonly number[], budget: { left: number }): Promise<PartJson> {
  const head = headerSection(content);
  const body = content.subarray(head.length);
  const { contentType, encoding, attachment } = await readHead(head);
  const type = contentType.split(';')[0]?.trim().toLowerCase() || 'text/plain';
  const boundary = type.startsWith('multipart/') && path.length < MAX_DEPTH ? parameter(contentType, 'boundary') : null;
  const parts: PartJson[] = [];
  for (const [index, part] of (boundary ? bodyParts(body, boundary, budget.left) : []).entries()) {
    budget.left -= 1;
    if (budget.left >= 0) parts.push(await partOf(part, [...path, index + 1], budget));
  }
  return {
    part: path.length > 0 ? path.join('.') : type.startsWith('multipart/') ? null : '1',
    content_type: type,
    charset: parameter(contentType, 'charset'),
    encoding,
    disposition: attachment?.disposition ?? null,
    filename: attachment?.filename ?? null,
    content_id: attachment?.contentId?.replace(/^<|>$/g, '') ?? null,
    size: body.length,
    parts,
  };
}

async function readHead(head: Buffer) {
  // A nested message is a part like any other here; its own header section is not this part's.
  const { headers, attachments } = await PostalMime.parse(head, { forceRfc822Attachments: true }).catch(() => ({
    headers: [],
    attachments: [],
  }));
  const value = (name: string) => headers.find(({ key }) => key === name)?.value ?? '';
  return {
    contentType: value('content-type'),
    encoding: value('content-transfer-encoding').trim().toLowerCase() || '7bit',
    attachment: attachments[0],
  };
}

function parameter(header: string, name: string): string | null {
  const [, quoted, token] = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i').exec(header) ?? [];
  return quoted?.replace(/\\(.)/g, '$1') ?? token ?? null;
}

/** What stands between the delimiter lines (RFC 2046 §5.1.1), at most so many. */
function bodyParts(body: Buffer, boundary: string, most: number): Buffer[] {
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Buffer[] = [];
  let start: number | null = null;
  for (let at = body.indexOf(delimiter); at >= 0 && parts.length < most; at = body.indexOf(delimiter, at + 1)) {
    if (at > 0 && body[at - 1] !== LINE_FEED) continue;
    const lineFeed = body.indexOf(LINE_FEED, at);
    const lineEnd = lineFeed < 0 ? body.length : lineFeed + 1;
    const rest = body.toString('latin1', at + delimiter.length, lineEnd).trimEnd();
    if (rest !== '' && rest !== '--') continue;
    // The line break before a delimiter belongs to the delimiter.
    if (start !== null) parts.push(body.subarray(start, Math.max(start, at - '\r\n'.length)));
    start = lineEnd;
    if (rest === '--') return parts;
  }
  if (start !== null && parts.length < most) parts.push(body.subarray(start));
  return parts;
}
