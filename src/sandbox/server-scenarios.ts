/** Faults of the whole submission server or the whole token endpoint, with which a sandbox is started. */

import type { ServerScenario } from './scenario.ts';
import { ndrPage } from './sources.ts';

/** What a server does in the handshake, whichever it is. */
const handshakes = [
  {
    name: 'tls-certificate-expired',
    trigger: 'server',
    at: 'tls',
    plays: 'The server shows a certificate that expired yesterday.',
    source: 'RFC 5280 §6.1.3',
  },
  {
    name: 'tls-certificate-not-yet-valid',
    failure: 'tls-certificate-expired',
    trigger: 'server',
    at: 'tls',
    plays: 'The server shows a certificate that is valid from tomorrow on, as to a client whose clock is late.',
    source: 'RFC 5280 §6.1.3',
  },
  {
    name: 'tls-certificate-unverified',
    trigger: 'server',
    at: 'tls',
    plays: 'The certificate is signed by an authority nobody knows, as an inspecting firewall does it.',
    source: 'RFC 5280 §6.1.3',
  },
  {
    name: 'tls-certificate-self-signed',
    failure: 'tls-certificate-unverified',
    trigger: 'server',
    at: 'tls',
    plays: 'The certificate is signed by itself.',
    source: 'RFC 5280 §6.1.3',
  },
  {
    name: 'tls-certificate-hostname-mismatch',
    trigger: 'server',
    at: 'tls',
    plays: 'The certificate is for another host name.',
    source: 'RFC 9525 §6',
  },
  {
    name: 'tls-version-too-old',
    failure: 'tls-handshake-failed',
    trigger: 'server',
    at: 'tls',
    plays: 'The server speaks TLS 1.1 and nothing newer.',
    source: 'RFC 8996',
  },
] as const satisfies readonly ServerScenario[];

export const submissionFaults = [
  {
    name: 'connection-reset',
    trigger: 'server',
    at: 'connect',
    plays: 'Each connection is closed as soon as it is open.',
    source: 'RFC 9293 §3.10.7.4',
  },
  {
    name: 'connection-timeout',
    trigger: 'server',
    at: 'greeting',
    plays: 'The server accepts connections and never says a word.',
    source: 'https://github.com/nodemailer/nodemailer/issues/691',
  },
  {
    name: 'smtp-service-not-available',
    trigger: 'server',
    at: 'greeting',
    reply: '421 4.3.2 Service not available {session}',
    closes: true,
    plays: 'The server greets nobody and closes.',
    source: 'ActiveCampaign/smtp-field-manual: data/codes/421.json',
  },
  {
    name: 'smtp-reply-malformed',
    trigger: 'server',
    at: 'greeting',
    reply: 'HTTP/1.1 400 Bad Request',
    closes: true,
    plays: 'Another service listens at the port.',
    source: 'RFC 5321 §4.2',
  },
  {
    name: 'ehlo-domain-invalid',
    trigger: 'server',
    at: 'ehlo',
    reply: '501 5.5.4 Invalid domain name {session}',
    plays: 'The server does not take the name that the client gives itself.',
    source: 'https://github.com/sabuhish/fastapi-mail/issues/205',
  },
  {
    name: 'ehlo-domain-invalid-2',
    failure: 'ehlo-domain-invalid',
    trigger: 'server',
    at: 'ehlo',
    reply: '550 5.7.506 Access Denied, Bad HELO {session}',
    plays: 'The client gives itself the name of the server.',
    source: ndrPage,
  },
  {
    name: 'starttls-refused',
    trigger: 'server',
    at: 'starttls',
    reply: '454 4.7.0 TLS not available due to temporary reason {session}',
    plays: 'The server offers no STARTTLS and answers it with 454, as behind a filtering firewall.',
    source: 'RFC 3207 §4',
  },
  {
    name: 'tls-handshake-failed',
    trigger: 'server',
    at: 'tls',
    plays: 'The server says it is ready for TLS and then speaks something else.',
    source: 'https://github.com/dawidd6/action-send-mail/issues/88',
  },
  ...handshakes,
  {
    name: 'smtp-tls-version-unsupported',
    trigger: 'server',
    at: 'second-ehlo',
    reply:
      '421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade/update your client to support TLS 1.2. ' +
      'Visit https://aka.ms/smtp_auth_tls. {session}',
    closes: true,
    plays: 'The server takes the client for one of TLS 1.0 and closes.',
    source: 'https://forum.xojo.com/t/smtpsecuresocket-not-using-tls-1-2/67463',
  },
  {
    name: 'smtp-extension-missing',
    trigger: 'server',
    at: 'second-ehlo',
    plays: 'The server offers neither DSN nor 8BITMIME nor SMTPUTF8, so a message that needs one cannot be submitted.',
    source: 'RFC 3461 §4, RFC 6152 §2, RFC 6531 §3.2',
  },
] as const satisfies readonly ServerScenario[];

export const tokenFaults = [
  {
    name: 'connection-reset',
    trigger: 'server',
    at: 'token',
    plays: 'Each request ends with the connection cut.',
    source: 'RFC 9293 §3.10.7.4',
  },
  {
    name: 'connection-timeout',
    trigger: 'server',
    at: 'token',
    plays: 'The endpoint takes requests and never answers.',
    source: 'RFC 9110 §15.5.9',
  },
  ...handshakes,
  {
    name: 'network-error',
    trigger: 'server',
    at: 'token',
    plays: 'What comes in answer to a request is no HTTP.',
    source: 'RFC 9112 §4',
  },
  {
    name: 'entra-transient-error',
    trigger: 'server',
    at: 'token',
    plays: 'Each request is answered 503 with AADSTS90033 and Retry-After.',
    source: 'https://github.com/Azure/azure-sdk-for-python/issues/14241',
  },
  {
    name: 'entra-tenant-throttled',
    trigger: 'server',
    at: 'token',
    plays: 'Each request is answered 429 with Retry-After.',
    source: 'https://github.com/pnp/powershell/issues/2995',
  },
  {
    name: 'entra-unavailable-page',
    failure: 'entra-transient-error',
    trigger: 'server',
    at: 'token',
    plays: 'Each request is answered 503 with an HTML page, as by a gateway in front of Entra ID.',
    source: 'RFC 9110 §15.6.4',
  },
] as const satisfies readonly ServerScenario[];

/** What the handshake can be like. */
export type HandshakeFault = (typeof handshakes)[number]['name'];
export type SubmissionFault = (typeof submissionFaults)[number]['name'];
export type TokenFault = (typeof tokenFaults)[number]['name'];
