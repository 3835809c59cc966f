/** How a credential goes into a token request, and how its secrets stay out of everything that is said about the request. */

import type { NodeAuthOptions } from '@azure/msal-node';
import type { Credential } from '../../domain/credential.ts';

/** The credential as msal takes it. */
export function authOptionsOf(credential: Credential): Pick<NodeAuthOptions, 'clientSecret' | 'clientCertificate'> {
  switch (credential.kind) {
    case 'client-secret':
      return { clientSecret: credential.secret.reveal() };
    case 'certificate': {
      const { thumbprintSha256, privateKey, chain } = credential;
      // The chain goes along always: an app may trust a subject name and issuer instead of one thumbprint.
      const x5c = chain.map((pem) => pem.trim()).join('\n');
      return { clientCertificate: { thumbprintSha256, privateKey: privateKey.reveal(), x5c } };
    }
  }
}

const REDACTED = '[redacted]';
/** A JSON Web Token: a client assertion or an access token (RFC 7519). */
const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** Takes the credential, as it stands in forms and in JSON, and every token out of a text. */
export function withoutSecrets(text: string, credential: Credential): string {
  const secret = credential.kind === 'client-secret' ? credential.secret.reveal() : '';
  const forms = new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  forms.delete('');
  return [...forms].reduce((left, form) => left.replaceAll(form, REDACTED), text.replace(JWT, REDACTED));
}
