/** A client that may do everything, for tests to narrow. */

import { type Client, scopes } from '../../src/domain/client.ts';

export function clientWith(fields: Partial<Client> = {}): Client {
  return {
    name: 'erp',
    keySha256: [],
    scopes,
    tenants: null,
    maySendAs: ['*'],
    expires: null,
    rate: { requests: 600, seconds: 60 },
    ...fields,
  };
}
