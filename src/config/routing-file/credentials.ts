/** Reads one credential of an app: a secret that stands elsewhere, or a certificate with its key. No message shows anything of them. */

import type { Credential } from '../../domain/credential.ts';
import { readCertificates } from '../certificates.ts';
import { certificateCredential, checkPair } from '../key-pair.ts';
import { readRsaPrivateKey } from '../private-key.ts';
import { textOf } from '../read-settings.ts';
import { isMistake, type Mistake, readClientSecret } from '../readers.ts';
import type { Secret } from '../secret.ts';
import {
  type Entry,
  entriesOf,
  fieldsOf,
  isEmpty,
  isText,
  knownAmong,
  oneOf,
  placeOf,
  reject,
  textAt,
} from './entry.ts';
import { fileAt, type NamedFile, type Reading } from './reading.ts';

const SECRET_ELSEWHERE =
  'A secret does not stand in this file: put it into a variable or a file of its own, and write {env: NAME} or {file: path}.';

/** Kinds of credentials that the relay cannot use yet. */
const unsupported = ['federated_token_file', 'managed_identity'];

export function readCredential(entry: Entry, reading: Reading): Credential | undefined {
  if (isText(entry) && !isEmpty(entry)) {
    return reject(
      entry,
      `is a single value, which is not shown here. ${SECRET_ELSEWHERE} For example: secret: {env: ERP_CLIENT_SECRET}`,
    );
  }
  const entries = entriesOf(entry, 'secret or certificate is');
  const later = entries.filter(({ key }) => unsupported.includes(key));
  for (const kind of later) reject(kind, 'is not supported yet; use secret or certificate.');
  if (later.length > 0) return undefined;
  const { secret, certificate } = knownAmong(entries, entry, ['secret', 'certificate']);
  const given = oneOf(entry, { secret, certificate });
  if (given === undefined) return undefined;
  return given === secret ? clientSecretAt(given, reading) : certificateAt(given, reading);
}

function clientSecretAt(entry: Entry, reading: Reading): Credential | undefined {
  const secret = secretAt(entry, reading);
  return secret && Object.freeze({ kind: 'client-secret', secret });
}

function secretAt(entry: Entry, reading: Reading): Secret | undefined {
  if (isText(entry) && !isEmpty(entry))
    return reject(entry, `is the text itself, it seems; it is not shown here. ${SECRET_ELSEWHERE}`);
  const entries = entriesOf(entry, 'env or file is');
  if (entries.some(({ key }) => key !== 'env' && key !== 'file')) {
    return reject(entry, `has something else than env or file, which is not shown here. ${SECRET_ELSEWHERE}`);
  }
  const { env, file } = knownAmong(entries, entry, ['env', 'file']);
  const given = oneOf(entry, { env, file });
  if (given === undefined) return undefined;
  if (given === env) return textAt(given, (name) => secretIn(name, reading));
  return readIn(fileAt(given, reading), given, readClientSecret);
}

/** The secret of a variable; a name that does not look like one is not shown. */
function secretIn(name: string, { env, referredTo }: Reading): Secret | Mistake {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return { mistake: 'is not the name of a variable. It is not shown here, as it may be the secret itself' };
  }
  referredTo.add(name);
  const text = textOf(name, env);
  const shown = /^[A-Z_][A-Z0-9_]*$/.test(name) ? `the variable ${name}` : 'the variable of this name';
  if (text === '') return { mistake: `${shown} is not set, or is empty` };
  const secret = readClientSecret(text);
  return isMistake(secret) ? { mistake: `${shown} ${secret.mistake}` } : secret;
}

function certificateAt(entry: Entry, reading: Reading): Credential | undefined {
  const { cert, key } = fieldsOf(entry, ['cert', 'key']);
  if (!cert) reject(entry, 'has no cert; write cert: {file: path of a PEM file}.');
  if (!key) reject(entry, 'has no key; write key: {file: path of a PEM file}.');
  const certFile = pemAt(cert);
  const keyFile = pemAt(key);
  const chain = readIn(fileAt(certFile, reading), entry, readCertificates);
  const privateKey = readIn(fileAt(keyFile, reading), entry, readRsaPrivateKey);
  const places = { certificate: certFile ? placeOf(certFile) : '', key: keyFile ? placeOf(keyFile) : '' };
  checkPair({ chain, privateKey }, places, reading.now, entry.file.report);
  return chain && privateKey && certificateCredential({ chain, privateKey });
}

/** The path in `{file: path}`. */
function pemAt(entry: Entry | undefined): Entry | undefined {
  if (entry === undefined) return undefined;
  if (isText(entry) && !isEmpty(entry))
    return reject(entry, 'is a single value, which is not shown here; write {file: path of a PEM file}.');
  const { file } = fieldsOf(entry, ['file']);
  return file ?? reject(entry, 'has no file; write {file: path of a PEM file}.');
}

function readIn<Value>(
  file: NamedFile | undefined,
  { file: { report } }: Entry,
  read: (text: string) => Value | Mistake,
): Value | undefined {
  if (file === undefined) return undefined;
  const reading = read(file.content);
  return isMistake(reading) ? report(file.place, `${reading.mistake}.`) : reading;
}
