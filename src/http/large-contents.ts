/** Contents of large files, taken out of a JSON body before it is parsed: as strings they would take their size twice over, and stay until the garbage collector comes. */

import { randomUUID } from 'node:crypto';
import { free } from '../relay/spent-bytes.ts';

/** Bytes. Shorter ones are not worth it. */
export const LARGE_CONTENT = 32 * 1024;
const KEY = '"content"';
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

export class LargeContents {
  readonly #body: Buffer;
  readonly #contents = new Map<string, Buffer>();
  /** Nobody can know it, and so nobody can write a stand-in of their own. */
  readonly #secret = randomUUID();

  /** @param body JSON in UTF-8 */
  constructor(body: Buffer) {
    this.#body = body;
  }

  /** The value of the body, with a stand-in for each large content of an attachment. */
  parse(read: (text: string) => unknown): unknown {
    const text = this.#withStandIns();
    if (this.#contents.size === 0) return read(text);
    try {
      const value = read(text);
      if (this.#standAll(value)) return value;
    } catch {
      // What is wrong with the body is told of the whole of it.
    }
    this.#contents.clear();
    return read(this.#body.toString('utf8'));
  }

  /** The letters of the content that a stand-in stands for; undefined for any other text. */
  lettersFor(standIn: string): Buffer | undefined {
    return this.#contents.get(standIn);
  }

  /** Lets go of the body and all that was taken out of it. */
  free(): void {
    this.#contents.clear();
    free(this.#body);
  }

  #withStandIns(): string {
    const body = this.#body;
    const pieces: string[] = [];
    let copied = 0;
    for (let at = body.indexOf(KEY); at >= 0; at = body.indexOf(KEY, at)) {
      at += KEY.length;
      const start = startOfString(body, at);
      if (start === null) continue;
      const end = body.indexOf(QUOTE, start);
      if (end < 0) break;
      at = end;
      const letters = body.subarray(start, end);
      // RFC 8259 §7: with an escape in it, the letters are not those of the content.
      if (letters.length < LARGE_CONTENT || letters.includes(BACKSLASH)) continue;
      const standIn = `${this.#secret}-${this.#contents.size}`;
      this.#contents.set(standIn, letters);
      pieces.push(body.toString('utf8', copied, start), standIn);
      copied = end;
    }
    pieces.push(body.toString('utf8', copied));
    return pieces.join('');
  }

  /** Whether each stand-in is the content of an attachment: anywhere else it would be taken at its word. */
  #standAll(value: unknown): boolean {
    const attachments: unknown = Reflect.get(Object(value), 'attachments');
    if (!Array.isArray(attachments)) return false;
    const standing = attachments.filter((each) => this.#contents.has(Reflect.get(Object(each), 'content')));
    return standing.length === this.#contents.size;
  }
}

/** Where the letters of a string begin that is the value of the key before; null when it is no key, or its value no string. */
function startOfString(body: Buffer, afterKey: number): number | null {
  const colon = skipBlanks(body, afterKey);
  if (body[colon] !== COLON) return null;
  const quote = skipBlanks(body, colon + 1);
  return body[quote] === QUOTE ? quote + 1 : null;
}

/** RFC 8259 §2. */
function skipBlanks(body: Buffer, from: number): number {
  let at = from;
  while (body[at] === 0x20 || body[at] === 0x09 || body[at] === 0x0a || body[at] === 0x0d) at += 1;
  return at;
}
