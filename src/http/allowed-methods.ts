/** Which methods a path takes: for 405 and its header Allow (RFC 9110 §15.5.6), for paths with parameters in them as well. */

import type { FastifyInstance } from 'fastify';

export type AllowedMethods = (url: string) => readonly string[];

/** Notes the routes that are added from here on; Fastify itself tells only whether a path was registered as it stands. */
export function allowedMethods(server: FastifyInstance): AllowedMethods {
  const routes: { readonly path: RegExp; readonly methods: readonly string[] }[] = [];
  server.addHook('onRoute', ({ url, method }) => {
    const pattern = url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replace(/:\w+/g, '[^/]*');
    routes.push({ path: new RegExp(`^${pattern}$`), methods: [method].flat() });
  });
  return (url) => {
    const path = url.split('?')[0] ?? url;
    const methods = routes.filter((route) => route.path.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  };
}
