/** Faults of the whole submission server or the whole token endpoint, with which a sandbox is started. */

import type { ServerScenario } from './scenario.ts';

const certificates = [
  {
    name: 'tls-certificate-expired',
    trigger: 'server',
    at: 'tls',
    plays: 'The server shows a certificate that expired yesterday.',
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
    name: 'tls-certificate-hostname-mismatch',
    trigger: 'server',
    at: 'tls',
    plays: 'The certificate is for another host name.',
    source: 'RFC 9525 §6',
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
    name: 'starttls-refused',
    trigger: 'server',
    at: 'starttls',
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
  ...certificates,
  {
    name: 'smtp-tls-version-unsupported',
    trigger: 'server',
    at: 'ehlo',
    plays: 'The server takes the client for one of TLS 1.0 and closes.',
    source: 'https://forum.xojo.com/t/smtpsecuresocket-not-using-tls-1-2/67463',
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
  ...certificates,
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

export type SubmissionFault = (typeof submissionFaults)[number]['name'];
export type TokenFault = (typeof tokenFaults)[number]['name'];
