/** What one of Entra ID's refusals is: its OAuth error, its HTTP status, and its words. */

/** What a text names. */
export interface RequestFacts {
  readonly tenant: string;
  readonly clientId: string;
  readonly scope: string;
  readonly resource: string;
  readonly grantType: string;
  /** The parameter that is missing. */
  readonly parameter: string;
  /** What is wrong with the client assertion, in Entra's words. */
  readonly reason: string;
}

export type EntraText = (facts: RequestFacts) => string;

export interface EntraError {
  /** OAuth 2.0 error (RFC 6749 §5.2), or one of Entra's own. */
  readonly error: string;
  readonly status: 400 | 401 | 429 | 503;
  readonly text: EntraText;
  /** Where the text was recorded or is documented. */
  readonly source: string;
  /** Other texts of the same number: older ones, or translated. */
  readonly also?: readonly { readonly text: EntraText; readonly source: string }[];
}

/** Microsoft's list of the numbers, in whose words those are that nobody has recorded. */
export const codesPage = 'MicrosoftDocs/entra-docs: docs/identity-platform/reference-error-codes.md';
