/** What the catalogue says of one failure: data only, so that problems, docs and the OpenAPI document can all be rendered from it. */

/** Where on the way of a message the failure appears. */
export type Stage = 'request' | 'token' | 'connect' | 'tls' | 'auth' | 'mail-from' | 'rcpt-to' | 'data';

/** What the failure is a fact about; decides what else it will hit besides this one submission. */
export type About = 'message' | 'recipient' | 'sender' | 'mailbox' | 'tenant' | 'network' | 'relay';

/** Who can cure it: the calling application, whoever runs relay and tenant, or Microsoft. */
export type Responsible = 'caller' | 'operator' | 'microsoft';

/**
 * Whether trying the same submission again can help.
 * `never` is permanent; `by-reply` leaves it to the class of the server's reply (RFC 5321 §4.2.1),
 * which is for replies that the catalogue does not know.
 */
export type Retry = 'never' | 'by-reply' | { readonly afterSeconds: number; readonly atMost?: number };

/**
 * Values of this installation that a text may name as `{mailbox}`.
 * In PowerShell lines each is put in as a single-quoted literal, so a line never quotes a placeholder itself.
 */
export const placeholders = {
  mailbox: 'the mailbox that authenticates',
  from: 'the address in from',
  recipient: 'the recipient',
  message_id: 'the Message-ID',
  tenant_id: 'the tenant id',
  client_id: 'the application (client) id',
  object_id: 'the object id of the enterprise application',
  scope: 'the token scope',
  authority_host: 'the Entra authority',
  smtp_host: 'the SMTP host',
  host: 'the host',
  port: 'the port',
} as const;
export type Placeholder = keyof typeof placeholders;
export type Values = Partial<Record<Placeholder, string>>;

export interface Remedy {
  /** One sentence: what to do. */
  readonly summary: string;
  /** In order, each one action or one check. */
  readonly steps: readonly string[];
  /** Exchange Online or Microsoft Graph PowerShell, ready to paste once the placeholders are filled in. */
  readonly powershell: readonly string[];
  /** Pages to read on, https only. */
  readonly docs: readonly string[];
}

/** A pattern of a server's reply; all that is given must hold. */
export interface ReplyPattern {
  readonly code?: number;
  /** Enhanced status code (RFC 3463), whole or as a pattern over the whole. */
  readonly enhanced?: string | RegExp;
  /** Over the words of the reply (`reply-words.ts`); case never matters. */
  readonly text?: RegExp;
  /** Words that show the reply to be about something else, where Microsoft uses an enhanced status code for several things. */
  readonly except?: RegExp;
  /**
   * The class of the reply, for patterns that give no code: 4yz, 5yz, or any where the cure is the same.
   * An enhanced status code stands for its own class, so it needs none.
   */
  readonly class?: 4 | 5 | 'any';
}

/** By what a failure is recognised; an entry without any is raised by name. */
export interface Recognition {
  readonly replies?: readonly ReplyPattern[];
  /** Numbers of AADSTS codes. */
  readonly aadsts?: readonly number[];
  /** OAuth 2.0 `error` values (RFC 6749 §5.2), consulted when no AADSTS number is known. */
  readonly oauthErrors?: readonly string[];
  /** Over Entra ID's description, consulted when neither a number nor the OAuth error tells; Microsoft promises nothing about it. */
  readonly entraText?: RegExp;
  /** Node's system error codes (`ECONNREFUSED`) and OpenSSL's verification codes (`CERT_HAS_EXPIRED`). */
  readonly systemErrors?: readonly string[];
  /** Over the message of a network or TLS error, for those whose code a library hides. */
  readonly networkText?: RegExp;
}

export interface CatalogueEntry {
  /** Short, the same for every occurrence (RFC 9457 `title`). */
  readonly title: string;
  /** What has happened and why, for a reader who is no mail expert. */
  readonly cause: string;
  /** HTTP status of the problem. */
  readonly status: number;
  /** Where it usually appears; an occurrence says where it did. */
  readonly stage: Stage;
  readonly about: About;
  readonly responsible: Responsible;
  readonly retry: Retry;
  readonly remedy: Remedy;
  readonly recognised?: Recognition;
  /** Pages and documents the entry rests on. */
  readonly sources: readonly string[];
}
