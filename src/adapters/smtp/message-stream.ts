/** The content on its way to the server; knows whether the final dot may have gone out, which no error of the connection tells. */

import { Readable } from 'node:stream';

const CHUNK = 64 * 1024;

export class MessageStream extends Readable {
  readonly #content: Uint8Array;
  readonly #onProgress: () => void;
  #position = 0;
  #ended = false;

  /**
   * @param content the message as composed, line ends CRLF
   * @param onProgress called whenever the connection asks for more, the end included
   */
  constructor(content: Uint8Array, onProgress: () => void) {
    super({ highWaterMark: CHUNK });
    this.#content = content;
    this.#onProgress = onProgress;
  }

  /** True from the moment the end of the content is handed over: the final dot follows it without further asking. */
  get finalDotMayBeSent(): boolean {
    return this.#ended;
  }

  /** True once content is on its way: from here on, any command would be read as content. */
  get begun(): boolean {
    return this.#position > 0;
  }

  override _read(): void {
    const end = Math.min(this.#position + CHUNK, this.#content.length);
    const chunk = this.#content.subarray(this.#position, end);
    this.#position = end;
    this.#ended = chunk.length === 0;
    this.#onProgress();
    this.push(chunk.length === 0 ? null : chunk);
  }
}
