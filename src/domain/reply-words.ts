/** The words of a reply that its server chose, split into the replies that stand in it: what callers chose (addresses, hosts, subjects) and what differs each time is taken out, in linear time. */

import type { SmtpReply } from './smtp-reply.ts';

/** A reply to match: the whole without what it quotes, or one that it quotes. */
export interface Reading {
  readonly code: number;
  /** Empty when there is none. */
  readonly enhanced: string;
  readonly text: string;
  /** Whether it is a quoted reply with a code of its own, and so nearer to the cause than what stands around it. */
  readonly isQuoted: boolean;
}

/** More than the longest reply of Exchange Online; what comes after cannot change what a reply is about. */
const MOST_CHARACTERS = 4096;
/** More replies than this no server quotes in one. */
const MOST_QUOTED = 16;

/**
 * The reply and those inside its text, the outermost first.
 * Those of another class are left out, with their words: a cure for 5yz must not be told for 4yz.
 */
export function readingsOf(reply: SmtpReply): readonly Reading[] {
  const text = wordsOf(reply.text);
  const classDigit = String(reply.code)[0];
  const inside = [...text.matchAll(embedded)].slice(0, MOST_QUOTED).map((match) => {
    const [code, enhanced = ''] = match[1] ? [Number(match[1]), match[2]] : [Number(match[4] ?? reply.code), match[3]];
    const isOfClass = (match[3] ?? String(code))[0] === classDigit;
    return { code, enhanced, at: match.index, isQuoted: code !== reply.code || match[1] !== undefined, isOfClass };
  });
  const quoted = inside.map(({ at, isOfClass, ...reading }, index) => ({
    ...reading,
    isOfClass,
    text: text.slice(at, inside[index + 1]?.at),
  }));
  // The words of the whole end where another reply begins; a bare enhanced status code of its class is still its own.
  const end = inside.find(({ isQuoted, isOfClass }) => isQuoted || !isOfClass)?.at;
  const whole = { code: reply.code, enhanced: reply.enhanced ?? '', text: text.slice(0, end), isQuoted: false };
  return [whole, ...quoted.filter(({ isOfClass }) => isOfClass)];
}

/** A text on one line, in one spelling of blanks, quotes and letters, without characters that cannot be seen. */
export function inOneSpelling(text: string): string {
  return text
    .slice(0, MOST_CHARACTERS)
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\u2018-\u201b]/g, "'")
    .replace(/[\u201c-\u201f]/g, '"')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

// A reply code with an enhanced status code, as servers and clients print it (`550 5.1.1`, `550-5.1.1`, `(535, b'5.7.3`);
// an enhanced status code alone; or a reply code alone after a mark that begins a quotation. Never a part of an IP address or a version.
const embedded =
  /(?<![\w.-])(?:([45]\d\d)\b[^\w.]{1,5}(?:Msg: )?(?:b['"])?([45]\.\d{1,3}\.\d{1,3})|([45]\.\d{1,3}\.\d{1,3})|(?<=[:("'] ?)([45]\d\d)(?=[ -]\p{L}))(?![\w.-]*\w)/gu;

/** The words alone: no address, URL or host name, no subject or file name, and no server and time in brackets. */
function wordsOf(text: string): string {
  return (
    inOneSpelling(text)
      .replace(/"[^"]*"@[^\s<>,;"'()[\]]+/g, '')
      .replace(/(?<![^\s<>,;"'()[\]])[^\s<>,;"'()[\]@]+@[^\s<>,;"'()[\]]+/g, '')
      .replace(/\bhttps?:\/\/\S+/gi, '')
      .replace(/\b(?:subject|file ?name|attachment|display name) ?[:=]? ?(?:"[^"]*"|'[^']*')/gi, '')
      .replace(/\bsubject ?[:=][^;]*/gi, '')
      // A lost blank between two sentences makes no host name.
      .replace(/(?<=\w)\.(?=(?:visit|please|contact|see|if|for|failed)\b)/gi, '. ')
      // Exchange names its modules as if they were hosts: STOREDRV.Submission, RESOLVER.ADR.RecipientNotFound.
      .replace(/(?<![\w.-])[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z][a-z\d-]+(?![\w-])/gi, (name) =>
        isModule(name) ? name : '',
      )
      .replace(/(?:\[[^[\]]*\]\s*)+$/, '')
      .replace(/\[[^[\]]*\]/g, (brackets) => (/[45]\.\d{1,3}\.\d/.test(brackets) ? brackets : ''))
      .replace(/\s+/g, ' ')
      .trim()
  );
}

function isModule(name: string): boolean {
  return /^(?:STOREDRV|RESOLVER|ROUTING|SMTPSEND|TRANSPORT)\.(?!.*\.(?:com|net|org|example)$)|exception(?:\.mapi|$)/i.test(
    name,
  );
}
