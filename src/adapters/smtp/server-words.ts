/** The words of a server, made fit for failures and logs: no secret that it echoes, no more than a reader reads, nothing that changes how it looks. */

import { parseReply, type SmtpReply } from '../../domain/smtp-reply.ts';

/** Characters of a reply that are looked at; Exchange's longest have some hundreds. */
const MOST_READ = 8_000;
/** RFC 5321 §4.1.1.4. */
const FINAL_DOT = '.';
const MOST_KEPT = 1_000;
/** A shorter piece of a token is of no use to anybody. */
const SHORTEST_PIECE = 16;

/**
 * Reads a reply as it came over the wire.
 *
 * @param secrets which it must not show, not even pieces of them
 * @returns null when it is none (RFC 5321 §4.2)
 */
export function replyIn(raw: string, secrets: readonly string[]): SmtpReply | null {
  const reply = parseReply(raw.slice(0, MOST_READ));
  return reply && { ...reply, text: harmless(reply.text, secrets) };
}

/**
 * Reads a reply to a command. Of one that says yes nobody sees the words, but for those to a message: the others go
 * without, since each message has several.
 */
export function replyTo(command: string, raw: string, secrets: readonly string[]): SmtpReply | null {
  const isShown = command === FINAL_DOT || !/^[23]/.test(raw);
  if (isShown) return replyIn(raw, secrets);
  const reply = parseReply(raw.slice(0, MOST_READ));
  return reply && { ...reply, text: '' };
}

/** The text without secrets, control and formatting characters, cut where it is too long. */
export function harmless(text: string, secrets: readonly string[]): string {
  const told = withoutSecrets(text.slice(0, MOST_READ), secrets).replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '?');
  return told.length <= MOST_KEPT ? told : `${told.slice(0, MOST_KEPT)}…`;
}

/** An echo may be cut, folded or quoted, so that every piece of a secret counts. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  let told = text;
  for (const secret of secrets) if (mayShow(told, secret)) told = withoutSecret(told, secret);
  return told;
}

/** Every piece that counts has one of these windows in it; most replies have none, and are read on each submission. */
function mayShow(text: string, secret: string): boolean {
  if (secret.length < SHORTEST_PIECE) return secret !== '' && text.includes(secret);
  const window = SHORTEST_PIECE / 2;
  for (let at = 0; at + window <= text.length; at += window) {
    if (secret.includes(text.slice(at, at + window))) return true;
  }
  return false;
}

function withoutSecret(text: string, secret: string): string {
  const length = Math.min(SHORTEST_PIECE, secret.length);
  if (length === 0 || text.length < length) return text;
  const pieces = new Set<string>();
  for (let at = 0; at + length <= secret.length; at += 1) pieces.add(secret.slice(at, at + length));
  let told = '';
  let shown = 0;
  let hidden = 0;
  for (let at = 0; at + length <= text.length; at += 1) {
    if (!pieces.has(text.slice(at, at + length))) continue;
    if (at > hidden || hidden === 0) told += `${text.slice(shown, Math.max(at, shown))}[redacted]`;
    hidden = at + length;
    shown = hidden;
  }
  return told + text.slice(shown);
}
