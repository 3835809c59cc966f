/** Steps in the remedies of more than one part of the catalogue. They hold for a relay that makes one attempt per request and reads its settings at its start alone. */

const notByItself = 'the relay does not do it by itself.';

export const sendAgainLater = `Send the same message again after retry_after seconds; ${notByItself}`;
/** For limits, which a steady pace of repetition would only keep reached. */
export const sendAgainEverLater = `Send the same message again after retry_after seconds, and wait twice as long each time; ${notByItself}`;
export const restart = 'Restart the relay, then send again.';
