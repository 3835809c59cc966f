/** Reads REDIS_URL. Nothing of it is ever quoted, since a password may stand anywhere in one that is mistyped. */

import { isIP } from 'node:net';
import { isHostName, type Mistake } from './readers.ts';
import { Secret } from './secret.ts';

const ESCAPES = '"/", "?" and "#" in a password are written as %2F, %3F and %23';

/** `redis://` or `rediss://`, and no more than a user, a password, a host, a port and the number of a database. */
export function readRedisUrl(text: string): Secret | Mistake {
  const url = URL.parse(text);
  if (!url || !/^rediss?:\/\//.test(text)) {
    return {
      mistake: `is not the URL of a Redis; "redis://" or "rediss://", a host and perhaps a port are expected, and ${ESCAPES}`,
    };
  }
  const { hostname, pathname, search, hash, username, password } = url;
  if (search !== '' || hash !== '' || !/^\/?(?:\d{1,5})?$/.test(pathname)) {
    return {
      mistake: `has more than a host, a port and the number of a database; ${ESCAPES}`,
    };
  }
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (!isHostName(host) && isIP(host) === 0) {
    return { mistake: 'has no host name or IP address where one is expected, after "//" and the "@" of a password' };
  }
  if (username !== '' && password === '') {
    return { mistake: 'has a user without a password; a password alone is written with ":" before it' };
  }
  return isDecodable(username + password)
    ? new Secret(url.href)
    : { mistake: 'has a "%" in its user or password that is not followed by two hex digits; write it as %25' };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
