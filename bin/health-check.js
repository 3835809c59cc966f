#!/usr/bin/env node
// Asks the relay in this container whether its event loop turns: exit code 0 when it does, for HEALTHCHECK.

import { readFileSync } from 'node:fs';
import { get as getInClear } from 'node:http';
import { get as getByTls } from 'node:https';

const { PORT = '8080', TLS_CERT_FILE } = process.env;
// The relay's own certificate is all that is trusted here, whatever its name: this is loopback.
const tls = TLS_CERT_FILE
  ? { ca: readFileSync(TLS_CERT_FILE), allowPartialTrustChain: true, checkServerIdentity: () => undefined }
  : {};
const get = TLS_CERT_FILE ? getByTls : getInClear;

get({ host: '127.0.0.1', port: PORT, path: '/health/live', signal: AbortSignal.timeout(4_000), ...tls }, (answer) => {
  answer.resume();
  process.exitCode = answer.statusCode === 200 ? 0 : 1;
  if (process.exitCode) process.stderr.write(`/health/live answered ${answer.statusCode}\n`);
}).on('error', (error) => {
  process.stderr.write(`/health/live did not answer: ${error.message}\n`);
  process.exitCode = 1;
});
