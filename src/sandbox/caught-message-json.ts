/** Caught messages as JSON: what the envelope and the session said, and what the content says of itself. */

import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import type { CaughtMessage, Refusal } from './inbox.ts';
import { headerSection } from './message-content.ts';
import { mimeStructure, type PartJson } from './mime-structure.ts';

export interface AddressJson {
  readonly name: string;
  readonly address: string;
}

/** One line of the list. */
export interface SummaryJson {
  readonly id: string;
  readonly received_at: string;
  readonly mail_from: string;
  readonly rcpt_to: readonly string[];
  readonly authenticated_as: string;
  readonly tenant_id: string;
  /** Octets of the content. */
  readonly size: number;
  readonly message_id: string | null;
  readonly subject: string | null;
  readonly from: AddressJson | null;
  readonly to: readonly AddressJson[];
  readonly cc: readonly AddressJson[];
}

export interface AttachmentJson {
  readonly filename: string | null;
  readonly content_type: string;
  readonly content_id: string | null;
  readonly disposition: string | null;
  readonly size: number;
  /** Path on the inbox server. */
  readonly url: string;
}

export interface MessageJson extends SummaryJson {
  readonly mail_parameters: Readonly<Record<string, string>>;
  readonly session: {
    readonly id: string;
    readonly tenant_id: string;
    readonly client_id: string;
    readonly ehlo: string;
    readonly remote_address: string;
    readonly tls_protocol: string;
    readonly command: string;
  };
  /** In the order of the message, duplicates included. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly text: string | null;
  readonly html: string | null;
  readonly attachments: readonly AttachmentJson[];
  /** The text of each iCalendar part. */
  readonly calendars: readonly string[];
  readonly structure: PartJson;
  /** The header section as it was transferred, as UTF-8. */
  readonly raw_headers: string;
}

/** A command that was refused. */
export interface RefusalJson {
  readonly id: string;
  readonly refused_at: string;
  readonly command: string;
  readonly reply: string | null;
  readonly authenticated_as: string | null;
  readonly mail_from: string | null;
  readonly rcpt_to: readonly string[];
  readonly session_id: string;
}

/** The refusal, as it is. */
export function refusalJson(refusal: Refusal): RefusalJson {
  return {
    id: refusal.id,
    refused_at: refusal.refusedAt.toISOString(),
    command: refusal.command,
    reply: refusal.reply,
    authenticated_as: refusal.authenticatedAs,
    mail_from: refusal.mailFrom,
    rcpt_to: refusal.rcptTo,
    session_id: refusal.sessionId,
  };
}

/** The summary; reads the header section alone, so that a long list of large messages stays cheap. */
export async function summaryOf(message: CaughtMessage): Promise<SummaryJson> {
  return summaryWith(message, await parse(headerSection(message.raw)));
}

/** Everything but the octets. */
export async function messageJson(message: CaughtMessage): Promise<MessageJson> {
  const email = await parse(message.raw);
  const { session, envelope } = message;
  return {
    ...summaryWith(message, email),
    mail_parameters: Object.fromEntries(envelope.parameters),
    session: {
      id: session.id,
      tenant_id: session.tenantId,
      client_id: session.clientId,
      ehlo: session.ehlo,
      remote_address: session.remoteAddress,
      tls_protocol: session.tlsProtocol,
      command: session.command,
    },
    headers: email.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    text: email.text ?? null,
    html: email.html ?? null,
    attachments: email.attachments.map((attachment, index) => ({
      filename: attachment.filename,
      content_type: attachment.mimeType,
      content_id: attachment.contentId?.replace(/^<|>$/g, '') ?? null,
      disposition: attachment.disposition,
      size: octetsOf(attachment).length,
      url: `/messages/${message.id}/attachments/${index}`,
    })),
    calendars: email.attachments
      .filter(({ mimeType }) => mimeType === 'text/calendar')
      .map((attachment) => octetsOf(attachment).toString()),
    structure: await mimeStructure(message.raw),
    raw_headers: headerSection(message.raw).toString(),
  };
}

/** The octets of one attachment, decoded. */
export async function attachmentOf(
  message: CaughtMessage,
  index: number,
): Promise<{ readonly filename: string; readonly contentType: string; readonly octets: Buffer } | null> {
  const attachment = (await parse(message.raw)).attachments[index];
  if (!attachment) return null;
  const { filename, mimeType } = attachment;
  return { filename: filename ?? `attachment-${index}`, contentType: mimeType, octets: octetsOf(attachment) };
}

/** Content that cannot be parsed, such as MIME nested too deep, is shown by its header section. */
async function parse(content: Buffer): Promise<Email> {
  try {
    return await PostalMime.parse(content);
  } catch {
    const headers = headerSection(content);
    if (headers.length === content.length) return { headers: [], headerLines: [], attachments: [] };
    return await parse(headers);
  }
}

function summaryWith(message: CaughtMessage, email: Email): SummaryJson {
  return {
    id: message.id,
    received_at: message.receivedAt.toISOString(),
    mail_from: message.envelope.mailFrom,
    rcpt_to: message.envelope.rcptTo,
    authenticated_as: message.session.authenticatedAs,
    tenant_id: message.session.tenantId,
    size: message.raw.length,
    message_id: email.messageId ?? null,
    subject: email.subject ?? null,
    from: (email.from ? mailboxes([email.from]) : [])[0] ?? null,
    to: mailboxes(email.to),
    cc: mailboxes(email.cc),
  };
}

function mailboxes(addresses: readonly Address[] = []): AddressJson[] {
  return addresses.flatMap((address) =>
    address.group ? mailboxes(address.group) : [{ name: address.name, address: address.address }],
  );
}

function octetsOf({ content }: Attachment): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
}
