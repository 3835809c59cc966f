import assert from 'node:assert/strict';
import { createHash, createPrivateKey, randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { SignJWT } from 'jose';
import { SandboxClock } from '../../src/sandbox/clock.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type AppCertificate, appCertificate } from '../app-certificate.ts';
import { SmtpDialogue, signIn, xoauth2 } from './smtp-dialogue.ts';
import { type Answer, postTokenForm, tokenFor, tokenForm } from './token-request.ts';

const DAY = 86_400_000;
const secret = () => randomBytes(24).toString('base64url');

function numberIn({ status, body }: Answer): [number, number | undefined] {
  return [status, JSON.parse(body).error_codes?.[0]];
}

describe('A client secret', () => {
  const [old, young] = [secret(), secret()];
  const asking = async (sandbox: Sandbox, client_secret: string) =>
    numberIn(await postTokenForm(sandbox, { ...tokenForm(sandbox), client_secret }));

  it('is refused with AADSTS7000222 from the moment it expires, beside one that is good', async () => {
    const clock = new SandboxClock({ running: false });
    const clientSecrets = [{ value: old, expiresAt: new Date(clock.now() + DAY) }, { value: young }];
    await using sandbox = await startSandbox({ clock, tenants: [{ clientSecrets }] });
    assert.equal(sandbox.clientSecret, old);
    clock.advance(DAY - 1);
    assert.deepEqual(await asking(sandbox, old), [200, undefined]);
    clock.advance(1);
    assert.deepEqual(await asking(sandbox, old), [401, 7000222]);
    assert.deepEqual(await asking(sandbox, young), [200, undefined]);
  });

  it('can be replaced while the sandbox runs, in all tenants of its app', async () => {
    const clientId = randomUUID();
    await using sandbox = await startSandbox({ tenants: [{ clientId }, { clientId }] });
    sandbox.administration.changeCredentials('fabrikam.example', { clientSecrets: [{ value: young }] });
    assert.deepEqual(await asking(sandbox, sandbox.clientSecret), [401, 7000215]);
    assert.deepEqual(await asking(sandbox, young), [200, undefined]);
    sandbox.administration.reset();
    assert.deepEqual(await asking(sandbox, sandbox.clientSecret), [200, undefined]);
  });
});

describe('A certificate', () => {
  let certificate: AppCertificate;
  before(async () => {
    certificate = await appCertificate();
  });

  async function asking(sandbox: Sandbox): Promise<[number, number | undefined]> {
    const { client_secret: _, ...form } = tokenForm(sandbox);
    const { raw } = new X509Certificate(certificate.pem);
    const client_assertion = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'PS256', 'x5t#S256': createHash('sha256').update(raw).digest('base64url') })
      .setAudience(`${sandbox.authorityHost}/${sandbox.tenantId}/oauth2/v2.0/token`)
      .setIssuer(sandbox.clientId)
      .setSubject(sandbox.clientId)
      .setNotBefore('0s')
      .setExpirationTime('10m')
      .sign(createPrivateKey(certificate.privateKey));
    return numberIn(await postTokenForm(sandbox, { ...form, client_assertion }));
  }

  it('is refused with AADSTS700027 from the day it expires', async () => {
    await using sandbox = await startSandbox({ tenants: [{ certificates: [certificate.pem] }] });
    assert.deepEqual(await asking(sandbox), [200, undefined]);
    sandbox.clock.advance(366 * DAY);
    assert.deepEqual(await asking(sandbox), [401, 700027]);
  });

  it('can be registered and taken away while the sandbox runs', async () => {
    await using sandbox = await startSandbox();
    assert.deepEqual(await asking(sandbox), [401, 700027]);
    sandbox.administration.changeCredentials(sandbox.tenantId, { certificates: [certificate.pem] });
    assert.deepEqual(await asking(sandbox), [200, undefined]);
    sandbox.administration.changeCredentials(sandbox.tenantId, { certificates: [] });
    assert.deepEqual(await asking(sandbox), [401, 700027]);
  });
});

describe('A token', () => {
  it('is refused once the clock has passed its end, and good again when the clock is set back', async () => {
    await using sandbox = await startSandbox();
    const token = await tokenFor(sandbox);
    const reply = async () => {
      using client = await SmtpDialogue.secured(sandbox);
      return (await client.say(`AUTH XOAUTH2 ${xoauth2(sandbox.mailbox, token)}`)).slice(0, 3);
    };
    sandbox.clock.advance(3_500_000);
    assert.equal(await reply(), '235');
    sandbox.clock.advance(100_000);
    assert.equal(await reply(), '535');
    sandbox.clock.reset();
    assert.equal(await reply(), '235');
  });

  it('of a time that was taken back is good', async () => {
    await using sandbox = await startSandbox();
    sandbox.clock.advance(DAY);
    const token = await tokenFor(sandbox);
    sandbox.clock.reset();
    using client = await SmtpDialogue.secured(sandbox);
    assert.match(await client.say(`AUTH XOAUTH2 ${xoauth2(sandbox.mailbox, token)}`), /^235 /);
    const [another, reply] = await signIn(sandbox);
    another[Symbol.dispose]();
    assert.match(reply, /^235 /);
  });
});
