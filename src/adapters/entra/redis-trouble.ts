/** Why Redis is of no use now, in a sentence for an operator; never with what was asked of it. */

/** The words of a command or a connection that was not answered in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds / 1_000} seconds`);
  }
}

/** By the first word of Redis's error, which is its code. */
const replies: Readonly<Record<string, string>> = {
  NOAUTH: 'it asks for a password, and REDIS_URL has none',
  WRONGPASS: 'it refuses the user and password of REDIS_URL',
  NOPERM: 'the user of REDIS_URL may not use the commands or keys that the relay needs',
  READONLY: 'it is a replica and takes no writes',
  OOM: 'its memory is full',
  LOADING: 'it is still loading its data',
  MISCONF: 'it takes no writes, since it cannot save them',
  MASTERDOWN: 'it is a replica that has lost its master',
  CLUSTERDOWN: 'its cluster is down',
  MOVED: 'it is one node of a cluster, and the relay needs all of its keys in one place',
};

const errors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'it cut the connection',
  ENOTFOUND: 'its name is not known to DNS',
  EAI_AGAIN: 'its name could not be looked up',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'no connection came about',
};

const MAX_WORDS = 200;

/** The cause in words, followed by what was said when it is known only from there. */
export function troubleInWords(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return troubleInWords(error.errors[0]);
  if (!(error instanceof Error)) return 'for a reason that is not known';
  const said = error.message.replace(/\s+/g, ' ').slice(0, MAX_WORDS);
  const code: unknown = Reflect.get(error, 'code');
  const known = replies[said.split(' ')[0] ?? ''] ?? (typeof code === 'string' ? errors[code] : undefined);
  return known ? `${known} (${said})` : said;
}
