/** Certificates and keys for tests of the configuration, made at run time, with fixed dates. */

import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** When the certificates are looked at. */
export const NOW = new Date('2030-06-01T00:00:00Z');

const years = {
  valid: ['2030-01-01', '2031-01-01'],
  expired: ['2029-01-01', '2030-01-01'],
  future: ['2031-01-01', '2032-01-01'],
} as const;

/** PEM texts by the names of the files that hold them. */
export async function makeKeyFiles() {
  const [client, other, expired, future, ec] = await Promise.all([
    made('rsa', 'valid'),
    made('rsa', 'valid'),
    made('rsa', 'expired'),
    made('rsa', 'future'),
    made('ec', 'valid'),
  ]);
  const key = createPrivateKey(client.key);
  return {
    'client.pem': client.cert,
    'client.key': client.key,
    'client-pkcs1.key': String(key.export({ type: 'pkcs1', format: 'pem' })),
    'client-with-key.pem': `${client.key}\n${client.cert}`,
    'client-encrypted.key': String(
      key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'not-a-secret' }),
    ),
    'client-encrypted-pkcs1.key': String(
      key.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'not-a-secret' }),
    ),
    'client-chain.pem': `${client.cert}\n${other.cert}`,
    'client-last.pem': `${other.cert}\n${client.cert}`,
    'other.key': other.key,
    'two.key': `${client.key}\n${other.key}`,
    'broken.key': '-----BEGIN PRIVATE KEY-----\nnot-a-secret\n-----END PRIVATE KEY-----',
    'expired.pem': expired.cert,
    'expired.key': expired.key,
    'future.pem': future.cert,
    'future.key': future.key,
    'ec.pem': ec.cert,
    'ec.key': ec.key,
    'ec-sec1.key': String(createPrivateKey(ec.key).export({ type: 'sec1', format: 'pem' })),
  };
}

/** Writes the files into a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

async function made(keyType: 'rsa' | 'ec', when: keyof typeof years) {
  const [from, until] = years[when];
  const { cert, private: key } = await generate([{ name: 'commonName', value: `${keyType} ${when}` }], {
    keyType,
    algorithm: 'sha256',
    notBeforeDate: new Date(from),
    notAfterDate: new Date(until),
  });
  return { cert, key };
}
