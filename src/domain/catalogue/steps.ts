/** Steps in the remedies of more than one part of the catalogue. They hold for a caller who was refused as for one who was answered 202, and for a relay that reads its settings at its start alone. */

const unlessHeld = 'unless the relay holds it (202): then it does so by itself.';

export const sendAgainLater = `Send the same message again after retry_after seconds, ${unlessHeld}`;
/** For limits, which a steady pace of repetition would only keep reached. */
export const sendAgainEverLater = `Send the same message again after retry_after seconds, and wait twice as long each time, ${unlessHeld}`;
export const restart = 'Restart the relay, then send again.';
