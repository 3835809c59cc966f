/** The routing of a relay without a routing file: one tenant, one mailbox and one client, all of them from settings. */

import { scopes } from '../domain/client.ts';
import type { Credential } from '../domain/credential.ts';
import { clouds, cloudWith, DEFAULT_CLOUD } from './clouds.ts';
import type { Report } from './configuration-error.ts';
import { certificateCredential, checkPair } from './key-pair.ts';
import { readSettings } from './read-settings.ts';
import { defaultRate, type Limits, type RoutingConfig } from './routing-config.ts';
import type { Environment, ReadingsOf } from './setting.ts';
import { tenantSettings } from './tenant-settings.ts';

/** The name of the tenant and of the client that the environment describes. */
const DEFAULT_NAME = 'default';

/** Reads the one tenant and client; with a mistake reported, the result is only good for finding more. */
export function readSingleTenant(env: Environment, limits: Limits, now: Date, report: Report): RoutingConfig {
  const values = readSettings(tenantSettings, env, report);
  const mailbox = values.MAILBOX ?? '';
  const tenant = Object.freeze({
    name: DEFAULT_NAME,
    tenantId: values.TENANT_ID ?? '',
    clientId: values.CLIENT_ID ?? '',
    ...cloudWith(values.CLOUD ?? clouds[DEFAULT_CLOUD], {
      authorityHost: values.ENTRA_AUTHORITY_HOST,
      smtpHost: values.SMTP_HOST,
      smtpPort: values.SMTP_PORT,
      scope: values.TOKEN_SCOPE,
    }),
    ...limits.tenant,
    domains: Object.freeze([mailbox.slice(mailbox.lastIndexOf('@') + 1)]),
  });
  const route = Object.freeze({ mailbox, tenant, sendAs: Object.freeze([]), ...limits.mailbox });
  const client = Object.freeze({
    name: DEFAULT_NAME,
    keySha256: Object.freeze([values.API_KEY, values.API_KEY_SHA256].filter((hash) => hash !== undefined)),
    scopes: Object.freeze([...scopes]),
    tenants: null,
    maySendAs: Object.freeze(['*']),
    expires: null,
    rate: defaultRate,
  });
  return {
    routes: Object.freeze([route]),
    credentials: new Map([[tenant.name, Object.freeze(credentialsOf(values, now, report))]]),
    clients: Object.freeze([client]),
  };
}

function credentialsOf(values: ReadingsOf<typeof tenantSettings>, now: Date, report: Report): Credential[] {
  const { CLIENT_SECRET, CLIENT_CERTIFICATE_FILE: chain, CLIENT_CERTIFICATE_KEY_FILE: privateKey } = values;
  if (CLIENT_SECRET) return [Object.freeze({ kind: 'client-secret', secret: CLIENT_SECRET })];
  const places = { certificate: 'CLIENT_CERTIFICATE_FILE', key: 'CLIENT_CERTIFICATE_KEY_FILE' };
  checkPair({ chain, privateKey }, places, now, report);
  if (!chain || !privateKey) return [];
  return [certificateCredential({ chain, privateKey })];
}
