/** A token by any of an app's credentials: while one is rotated, the old and the new one are both configured, and one of them works. */

import type { FailureCode } from '../../domain/catalogue/catalogue.ts';
import type { Credential } from '../../domain/credential.ts';
import { type Failure, FailureError } from '../../domain/failure.ts';
import type { AccessToken } from '../../ports.ts';

/** Refusals that another credential of the same app may not meet. */
const ofTheCredential: readonly FailureCode[] = [
  'entra-client-secret-invalid',
  'entra-client-secret-expired',
  'entra-client-credential-missing',
  'entra-client-assertion-signature-invalid',
  'entra-client-assertion-expired',
];

/**
 * Tries credentials one after the other, as long as Entra ID refuses the credential itself.
 *
 * @param credentials in the order in which they are tried
 * @returns the token, and the credential that got it
 * @throws FailureError the refusal of the first credential, which tells of the others
 */
export async function withAnyCredential(
  credentials: readonly Credential[],
  request: (credential: Credential) => Promise<AccessToken>,
): Promise<{ token: AccessToken; credential: Credential }> {
  const refusals: FailureError[] = [];
  for (const credential of credentials) {
    try {
      return { token: await request(credential), credential };
    } catch (error) {
      if (!(error instanceof FailureError) || !ofTheCredential.includes(error.failure.code)) throw error;
      refusals.push(error);
    }
  }
  const [first, ...others] = refusals;
  if (!first) throw new Error('There is no credential to ask for a token with');
  throw others.length === 0 ? first : new FailureError(together(first.failure, others), { cause: first.cause });
}

function together(first: Failure, others: readonly FailureError[]): Failure {
  const codes = others.map(({ failure }) => failure.code).join(', ');
  return { ...first, detail: `${first.detail} The other credentials of the app were refused too: ${codes}.` };
}
