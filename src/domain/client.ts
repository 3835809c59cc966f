/** A caller of the relay, known by its API keys. */

export interface Client {
  readonly name: string;
  /** SHA-256 of each of its API keys, lower-case hexadecimal; the keys themselves are not kept. */
  readonly keySha256: readonly string[];
}
