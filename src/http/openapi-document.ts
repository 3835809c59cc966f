/** The OpenAPI document as a text, of a server that nobody uses: what is committed under openapi/ is this. */

import { inPrint } from './problem.ts';
import { buildServer } from './server.ts';

const never = () => {
  throw new Error('A server made for its documentation takes no requests');
};

/** JSON with a line break at the end. */
export async function openapiDocument(): Promise<string> {
  const events = new Proxy(Object.create(null), { get: () => never });
  const relay = new Proxy(Object.create(null), { get: () => never });
  const server = buildServer({ clients: [], relay, events, newId: () => '' });
  await server.ready();
  const document = inPrint(server.swagger());
  await server.close();
  return document;
}
