/** Settings of the process that listens: the routing file, the HTTP server, the log, and how it stops. */

import { readCertificates } from './certificates.ts';
import { readPrivateKey } from './private-key.ts';
import {
  readBearerToken,
  readHost,
  readListeningPort,
  readLogLevel,
  readPath,
  secondsIn,
  wholeNumberIn,
} from './readers.ts';
import type { SettingTable } from './setting.ts';
import { readTrustProxy } from './trust-proxy.ts';

export const serverSettings = {
  RELAY_CONFIG: {
    meaning:
      'Path of the routing file: YAML with the apps, tenants and clients of the relay, for more than one mailbox or client. ' +
      'docs/routing.md explains it. With it the settings of a single tenant and client are not set.',
    form: 'plain',
    required: false,
    defaultInWords: 'none, for one tenant',
    example: '/etc/exo-relay/relay.yaml',
    read: readPath,
  },
  HOST: {
    meaning:
      'Address the relay listens on. The default can be reached from this machine only; 0.0.0.0 can be reached from others, ' +
      'as a relay in a container must be.',
    form: 'plain',
    required: false,
    default: '127.0.0.1',
    example: '0.0.0.0',
    read: readHost,
  },
  PORT: {
    meaning: 'Port the relay listens on; 0 is any free one.',
    form: 'plain',
    required: false,
    default: '8080',
    example: '3000',
    read: readListeningPort,
  },
  TLS_CERT_FILE: {
    meaning:
      "PEM file with the relay's own certificate, to serve HTTPS instead of HTTP. " +
      'It stands first in the file; those that lead to its authority follow.',
    form: 'file',
    required: false,
    together: 'TLS_KEY_FILE',
    defaultInWords: 'none; the relay serves HTTP',
    example: '/etc/exo-relay/tls/relay.pem',
    read: readCertificates,
  },
  TLS_KEY_FILE: {
    meaning: 'PEM file with the private key of TLS_CERT_FILE, without a passphrase.',
    form: 'secret-file',
    required: false,
    together: 'TLS_CERT_FILE',
    defaultInWords: 'none; the relay serves HTTP',
    example: '/etc/exo-relay/tls/relay.key',
    read: readPrivateKey,
  },
  TRUST_PROXY: {
    meaning:
      'Whose X-Forwarded-For and X-Forwarded-Proto are believed: the number of proxies in front of the relay, or their addresses ' +
      'and networks with commas between them (also "loopback", "linklocal" and "uniquelocal"). ' +
      '"true" believes everybody, who can then pretend any address; "false" nobody.',
    form: 'plain',
    required: false,
    default: 'false',
    example: '10.0.0.0/8, loopback',
    read: readTrustProxy,
  },
  METRICS_TOKEN: {
    meaning:
      'Token that Prometheus presents at /metrics as "Authorization: Bearer <token>": at least 20 characters, only ASCII letters, ' +
      'digits and punctuation, best random. Without it /metrics is open to everybody who reaches the port.',
    form: 'secret',
    required: false,
    defaultInWords: 'none; /metrics is open',
    example: '/run/secrets/metrics-token',
    read: readBearerToken,
  },
  MAX_BODY_MIB_IN_FLIGHT: {
    meaning:
      'MiB of request bodies that the relay takes in at once; it answers 503 to what is more than that. It bounds the memory.',
    form: 'plain',
    required: false,
    default: '64',
    example: '256',
    read: wholeNumberIn(1, 65_536),
  },
  SHUTDOWN_TIMEOUT: {
    meaning:
      'Seconds in which a relay that is told to stop finishes what runs; what is left is cut then. ' +
      'It is less than what the system waits before it kills the process.',
    form: 'plain',
    required: false,
    default: '25',
    example: '50',
    read: secondsIn(0.1, 3_600),
  },
  LOG_LEVEL: {
    meaning: 'How much is logged: trace, debug, info, warn, error, fatal or silent.',
    form: 'plain',
    required: false,
    default: 'info',
    example: 'debug',
    read: readLogLevel,
  },
} as const satisfies SettingTable;
