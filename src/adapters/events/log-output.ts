/** Where the log goes: a descriptor that is written before anything else happens. What cannot be written is lost, and never kept in memory; the log goes on when it can be written again. */

import { writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** Milliseconds before a pipe that is full is tried again. */
const FULL = 10;
const sleeping = new Int32Array(new SharedArrayBuffer(4));

/**
 * @param complain told of the first line that is lost, each time
 * @param write bytes to the descriptor; returns how many it took
 */
export function logOutput(
  fd: number,
  complain: (words: string) => void,
  write: (fd: number, bytes: Uint8Array) => number = writeSync,
): DestinationStream {
  let isFailing = false;
  // Of a line that was written in part the rest is missing: the next begins a line of its own.
  let isTorn = false;
  return {
    write(lines) {
      const all = Buffer.from(isTorn ? `\n${lines}` : lines);
      let written = 0;
      try {
        while (written < all.length) written += writtenOf(all.subarray(written), (bytes) => write(fd, bytes));
        isFailing = false;
        isTorn = false;
      } catch (error) {
        isTorn ||= written > 0;
        if (!isFailing) complain(`exo-relay: the log cannot be written, and what it would say is lost: ${error}\n`);
        isFailing = true;
      }
    },
  };
}

/** A pipe whose reader is slow is waited for (EAGAIN). */
function writtenOf(bytes: Uint8Array, write: (bytes: Uint8Array) => number): number {
  try {
    return write(bytes);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EAGAIN') throw error;
    Atomics.wait(sleeping, 0, 0, FULL);
    return 0;
  }
}
