/** Reads TRUST_PROXY: whose word the relay takes for where a request came from. */

import { isIP, isIPv4 } from 'node:net';
import { type Mistake, quote } from './readers.ts';

/** Networks that have a name with Fastify (RFC 5735, RFC 4291). */
const namedNetworks = ['loopback', 'linklocal', 'uniquelocal'];
const MOST_HOPS = 32;

/** `true`, `false`, a number of hops, or addresses, networks and their names with commas between them. */
export function readTrustProxy(text: string): boolean | number | readonly string[] | Mistake {
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (/^\d+$/.test(text)) {
    const hops = Number(text);
    if (hops <= MOST_HOPS) return hops === 0 ? false : hops;
    return { mistake: `${quote(text)} is not a number of proxies; one up to ${MOST_HOPS} is expected` };
  }
  const networks = text.split(',').map((each) => each.trim());
  const wrong = networks.find((network) => !namedNetworks.includes(network) && !isNetwork(network));
  if (wrong === undefined) return Object.freeze(networks);
  return {
    mistake: `${quote(wrong)} is none of "true", "false", a number of proxies, an IP address, a network such as "10.0.0.0/8", and ${namedNetworks.join(', ')}`,
  };
}

/** An address, or one with the number of bits that all of the network have in common. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  if (isIP(address) === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (isIPv4(address) ? 32 : 128);
}
