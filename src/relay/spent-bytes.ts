/** Gives the memory of bytes back that nobody will look at again: the garbage collector sees small objects, and comes to the megabytes behind them late. */

/** Below this, what is gained is not worth the call. */
const LARGE = 64 * 1024;

/**
 * Frees bytes at once; they are empty then.
 *
 * @param bytes all there is of their memory; a part of memory shared with others is left alone
 */
export function free(bytes: Uint8Array): void {
  const { buffer, byteLength } = bytes;
  if (byteLength < LARGE || byteLength !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) return;
  buffer.transfer(0);
}
