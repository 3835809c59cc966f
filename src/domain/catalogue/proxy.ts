/** The proxy that HTTPS_PROXY names, on the way to Entra ID: raised by name, since a proxy that refuses looks like a server that does. */

import type { CatalogueEntry } from './entry.ts';
import { endpointDocs } from './network.ts';
import { restart, sendAgainLater } from './steps.ts';

const rfc9110Connect = 'https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6';
const nodeProxies = 'https://nodejs.org/api/http.html#built-in-proxy-support';
const compareProxy =
  'Compare HTTPS_PROXY with the address that whoever runs the proxy gives, such as http://proxy.contoso.com:3128; configured now: {host}, port {port}.';
const goAround =
  'If the relay can reach {authority_host} without the proxy, unset HTTPS_PROXY, or name the host of {authority_host} in NO_PROXY.';
/** Only tokens take this way; mail goes straight to the SMTP host. */
const testProxy =
  'From the machine or container of the relay, test: `curl -v --proxy http://{host}:{port} {authority_host}`.';

export const proxyFailures = {
  'proxy-unreachable': {
    title: 'The proxy cannot be reached',
    cause:
      'The relay asks Entra ID for tokens by way of the proxy {host}, port {port}, which HTTPS_PROXY names, and got no connection to that proxy. Entra ID itself was not asked.',
    status: 503,
    stage: 'token',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 30 },
    remedy: {
      summary: 'Correct HTTPS_PROXY, bring the proxy back, or go around it with NO_PROXY.',
      steps: [compareProxy, testProxy, goAround, restart],
      powershell: ['Test-NetConnection -ComputerName {host} -Port {port}'],
      docs: [nodeProxies, endpointDocs],
    },
    sources: ['https://nodejs.org/api/errors.html#common-system-errors', nodeProxies],
  },
  'proxy-refused': {
    title: 'The proxy refused the way to Entra ID',
    cause:
      'The proxy {host}, port {port}, which HTTPS_PROXY names, was reached and opened no tunnel to {authority_host}. Its rules do not allow it, or it could not reach Entra ID itself.',
    status: 503,
    stage: 'token',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 60 },
    remedy: {
      summary: 'Let the proxy allow CONNECT to {authority_host}, or go around it with NO_PROXY.',
      steps: [
        'Read the detail of this failure: it carries the status line of the proxy.',
        'With status 403, ask whoever runs the proxy to allow CONNECT from the relay to the host of {authority_host}, port 443.',
        'With status 502, 503 or 504, ask them why the proxy cannot reach that host.',
        testProxy,
        goAround,
        sendAgainLater,
      ],
      powershell: [],
      docs: [nodeProxies, endpointDocs, rfc9110Connect],
    },
    sources: [rfc9110Connect, nodeProxies],
  },
  'proxy-authentication-required': {
    title: 'The proxy asks for a user name and password',
    cause:
      'The proxy {host}, port {port}, which HTTPS_PROXY names, wants to know who uses it (407). The relay gave no user name and password, or wrong ones, or the proxy asks for a way other than Basic.',
    status: 502,
    stage: 'token',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 300 },
    remedy: {
      summary: 'Put user name and password into HTTPS_PROXY, or let the relay through without.',
      steps: [
        'Set HTTPS_PROXY to http://<user>:<password>@{host}:{port}; special characters in either are written in percent-encoding, @ as %40.',
        'If the proxy knows only NTLM or Kerberos, ask whoever runs it to let the address of the relay through to {authority_host} without.',
        goAround,
        restart,
      ],
      powershell: [],
      docs: [nodeProxies, 'https://www.rfc-editor.org/rfc/rfc9110#section-15.5.8'],
    },
    sources: ['https://www.rfc-editor.org/rfc/rfc9110#section-15.5.8', nodeProxies],
  },
} as const satisfies Record<string, CatalogueEntry>;
