/** An SMTP reply as a value (RFC 5321 §4.2, RFC 3463); its class is derived from the code and stored nowhere. */

export interface SmtpReply {
  /** Three-digit reply code. */
  readonly code: number;
  /** Enhanced status code, such as `5.7.3`, when a line of the reply begins with one. */
  readonly enhanced: string | null;
  /** The text of all lines without their codes, joined by one space. */
  readonly text: string;
}

/** The reply classes of RFC 5321 §4.2.1. */
export type ReplyClass = 'positive' | 'intermediate' | 'transient' | 'permanent';

const line = /^(\d{3})(?:-\s*|\s+|$)(?:([245]\.\d{1,3}\.\d{1,3})(?:\s+|$))?(.*)$/s;

/**
 * Reads a reply as it came over the wire, one line or many, without the final CRLF.
 *
 * @param raw the reply's lines, each with its code: `250-First\n250 Last`
 * @returns the reply, or null when the text is not one (RFC 5321 §4.2: three digits first)
 */
export function parseReply(raw: string): SmtpReply | null {
  const lines = raw.split(/\r?\n/).filter((text) => text.trim() !== '');
  const parsed = lines.map((text) => line.exec(text));
  const first = parsed[0];
  if (!first) return null;
  const enhanced = parsed.find((match) => match?.[2] !== undefined)?.[2] ?? null;
  const text = parsed.map((match, index) => {
    if (!match) return (lines[index] ?? '').trim();
    // A second enhanced status code is evidence of its own, and so stays in the text.
    return `${match[2] === undefined || match[2] === enhanced ? '' : `${match[2]} `}${(match[3] ?? '').trim()}`;
  });
  return { code: Number(first[1]), enhanced, text: text.join(' ').trim() };
}

/** The class of a reply, by the first digit of its code. */
export function replyClass(reply: SmtpReply): ReplyClass {
  if (reply.code < 300) return 'positive';
  if (reply.code < 400) return 'intermediate';
  return reply.code < 500 ? 'transient' : 'permanent';
}
