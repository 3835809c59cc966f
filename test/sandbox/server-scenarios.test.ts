import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import {
  type SubmissionFault,
  serverFaults,
  type TokenFault,
  tokenEndpointFaults,
} from '../../src/sandbox/scenarios.ts';
import { SmtpDialogue } from './smtp-dialogue.ts';
import { postTokenForm, tokenForm } from './token-request.ts';

/** The code of the error that a TLS client meets. */
const certificateErrors = {
  'tls-certificate-expired': 'CERT_HAS_EXPIRED',
  'tls-certificate-not-yet-valid': 'CERT_NOT_YET_VALID',
  'tls-certificate-unverified': 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'tls-certificate-self-signed': 'DEPTH_ZERO_SELF_SIGNED_CERT',
  'tls-certificate-hostname-mismatch': 'ERR_TLS_CERT_ALTNAME_INVALID',
  'tls-version-too-old': 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
} as const;

async function upTo(sandbox: Sandbox, command: string): Promise<[SmtpDialogue, string]> {
  const client = await SmtpDialogue.open(sandbox);
  const greeting = await client.reply();
  assert.match(greeting, /^220 /);
  await client.say('EHLO client.example');
  return [client, await client.say(command)];
}

const handshakeFails = (code: string) => async (sandbox: Sandbox) => {
  const [client, reply] = await upTo(sandbox, 'STARTTLS');
  using _ = client;
  assert.equal(reply, '220 2.0.0 SMTP server ready');
  await assert.rejects(client.upgrade(), { code });
};

const greetsWith = (greeting: RegExp) => async (sandbox: Sandbox) => {
  using client = await SmtpDialogue.open(sandbox);
  assert.match(await client.reply(), greeting);
  await client.end();
};

const answersEhlo = (reply: RegExp) => async (sandbox: Sandbox) => {
  using client = await SmtpDialogue.open(sandbox);
  await client.reply();
  assert.match(await client.say('EHLO client.example'), reply);
};

const submissionChecks: Record<SubmissionFault, (sandbox: Sandbox) => Promise<void>> = {
  'connection-reset': async (sandbox) => {
    // The reset may come while the client still connects.
    const met = await SmtpDialogue.open(sandbox).then(
      (client) => client.reply(),
      (error: NodeJS.ErrnoException) => error.code,
    );
    assert.ok(met === '' || met === 'ECONNRESET', met);
  },
  'connection-timeout': async (sandbox) => {
    using client = await SmtpDialogue.open(sandbox);
    const silence = new Promise((resolve) => setTimeout(resolve, 40, 'silence'));
    assert.equal(await Promise.race([client.reply(), silence]), 'silence');
    assert.equal(client.ended, false);
  },
  'smtp-service-not-available': greetsWith(/^421 4\.3\.2 Service not available \[/),
  'smtp-reply-malformed': greetsWith(/^HTTP\/1\.1 400 Bad Request\r\n$/),
  'ehlo-domain-invalid': answersEhlo(/^501 5\.5\.4 Invalid domain name \[/),
  'ehlo-domain-invalid-2': answersEhlo(/^550 5\.7\.506 Access Denied, Bad HELO \[/),
  'smtp-extension-missing': async (sandbox) => {
    using client = await SmtpDialogue.secured(sandbox);
    const hello = await client.say('EHLO client.example');
    assert.ok(hello.includes('AUTH LOGIN XOAUTH2') && hello.includes('PIPELINING'));
    assert.doesNotMatch(hello, /DSN|8BITMIME|SMTPUTF8|CHUNKING|BINARYMIME/);
  },
  'starttls-refused': async (sandbox) => {
    using client = await SmtpDialogue.open(sandbox);
    await client.reply();
    const hello = await client.say('EHLO client.example');
    assert.ok(!hello.includes('STARTTLS') && hello.includes('250-PIPELINING'));
    assert.match(await client.say('STARTTLS'), /^454 4\.7\.0 TLS not available due to temporary reason \[/);
  },
  'tls-handshake-failed': handshakeFails('ERR_SSL_WRONG_VERSION_NUMBER'),
  'tls-certificate-expired': handshakeFails(certificateErrors['tls-certificate-expired']),
  'tls-certificate-not-yet-valid': handshakeFails(certificateErrors['tls-certificate-not-yet-valid']),
  'tls-certificate-self-signed': handshakeFails(certificateErrors['tls-certificate-self-signed']),
  'tls-version-too-old': handshakeFails(certificateErrors['tls-version-too-old']),
  'tls-certificate-unverified': handshakeFails(certificateErrors['tls-certificate-unverified']),
  'tls-certificate-hostname-mismatch': handshakeFails(certificateErrors['tls-certificate-hostname-mismatch']),
  'smtp-tls-version-unsupported': async (sandbox) => {
    const [client] = await upTo(sandbox, 'STARTTLS');
    using _ = client;
    await client.upgrade();
    assert.match(await client.say('EHLO client.example'), /^421 4\.7\.66 TLS 1\.0 and 1\.1 are not supported\./);
    await client.end();
  },
};

const requestFails = (code: string) => async (sandbox: Sandbox) => {
  await assert.rejects(postTokenForm(sandbox, tokenForm(sandbox)), { code });
};

const tokenChecks: Record<TokenFault, (sandbox: Sandbox) => Promise<void>> = {
  'connection-reset': requestFails('ECONNRESET'),
  'connection-timeout': async (sandbox) => {
    const answer = postTokenForm(sandbox, tokenForm(sandbox));
    answer.catch(() => {});
    const silence = new Promise((resolve) => setTimeout(resolve, 40, 'silence'));
    assert.equal(await Promise.race([answer, silence]), 'silence');
  },
  'tls-certificate-expired': requestFails(certificateErrors['tls-certificate-expired']),
  'tls-certificate-not-yet-valid': requestFails(certificateErrors['tls-certificate-not-yet-valid']),
  'tls-certificate-self-signed': requestFails(certificateErrors['tls-certificate-self-signed']),
  // Its code depends on whether the request was being written just then.
  'tls-version-too-old': async (sandbox) => {
    await assert.rejects(postTokenForm(sandbox, tokenForm(sandbox)), { message: /alert protocol version/ });
  },
  'tls-certificate-unverified': requestFails(certificateErrors['tls-certificate-unverified']),
  'tls-certificate-hostname-mismatch': requestFails(certificateErrors['tls-certificate-hostname-mismatch']),
  'network-error': requestFails('HPE_INVALID_CONSTANT'),
  'entra-transient-error': async (sandbox) => {
    const { status, headers, body } = await postTokenForm(sandbox, tokenForm(sandbox));
    assert.equal(status, 503);
    assert.equal(headers['retry-after'], '10');
    const { error, error_codes } = JSON.parse(body);
    assert.deepEqual([error, error_codes], ['temporarily_unavailable', [90033]]);
  },
  'entra-tenant-throttled': async (sandbox) => {
    const { status, headers, body } = await postTokenForm(sandbox, tokenForm(sandbox));
    assert.deepEqual([status, headers['retry-after'], JSON.parse(body).error_codes], [429, '10', [90055]]);
  },
  'entra-unavailable-page': async (sandbox) => {
    const { status, headers, body } = await postTokenForm(sandbox, tokenForm(sandbox));
    assert.equal(status, 503);
    assert.match(headers['content-type'] ?? '', /^text\/html/);
    assert.match(body, /^<!DOCTYPE html>/);
  },
};

describe('A submission server with a fault', () => {
  for (const fault of serverFaults) {
    it(`plays ${fault}`, async () => {
      await using sandbox = await startSandbox({ submissionFault: fault });
      await submissionChecks[fault](sandbox);
    });
  }
});

describe('A token endpoint with a fault', () => {
  for (const fault of tokenEndpointFaults) {
    it(`plays ${fault}`, async () => {
      await using sandbox = await startSandbox({ tokenFault: fault });
      await tokenChecks[fault](sandbox);
    });
  }
});
