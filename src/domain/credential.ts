/** How an app registration proves to Entra ID that it is itself. */

/** A secret that prints as `[redacted]` wherever it is printed, and is taken out by name only. */
export interface RedactedSecret {
  reveal(): string;
}

export type Credential = ClientSecret | Certificate;

export interface ClientSecret {
  readonly kind: 'client-secret';
  readonly secret: RedactedSecret;
}

export interface Certificate {
  readonly kind: 'certificate';
  /** PEM: the app's certificate first, then those that lead to its authority, if any. */
  readonly chain: readonly string[];
  /** PEM, PKCS #8, not encrypted. */
  readonly privateKey: RedactedSecret;
  /** SHA-256 of the app's certificate (DER), hexadecimal. */
  readonly thumbprintSha256: string;
  readonly expiresAt: Date;
}
