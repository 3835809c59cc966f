/** How an app registration proves to Entra ID that it is itself. */

/** A secret that prints as `[redacted]` wherever it is printed, and is taken out by name only. */
export interface RedactedSecret {
  reveal(): string;
}

/** A tagged union, so that further kinds of credential find their place beside the client secret. */
export type Credential = { readonly kind: 'client-secret'; readonly secret: RedactedSecret };
