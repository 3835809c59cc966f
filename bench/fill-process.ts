/** The process that fills an outbox through its adapter, and ends: what it needs for that is not counted to anybody. */

import { openSqliteOutbox } from '../src/adapters/outbox/sqlite-outbox.ts';
import { answerEach, given, ready } from './child.ts';
import { heldSubmission } from './held-submission.ts';

export interface Fill {
  readonly folder: string;
  readonly mailbox: string;
  readonly messages: number;
}

/** As many at once as one commit takes. */
const GROUP = 500;

const { folder, mailbox, messages } = given<Fill>();
const outbox = await openSqliteOutbox({
  folder,
  maxSubmissions: messages,
  maxBytes: Number.MAX_SAFE_INTEGER,
  lockPatience: 0,
});
for (let number = 0; number < messages; number += GROUP) {
  const group = Array.from({ length: Math.min(GROUP, messages - number) }, (_, index) => number + index);
  const entries = await Promise.all(group.map((each) => heldSubmission(mailbox, each)));
  await Promise.all(entries.map((entry) => outbox.enqueue(entry)));
}
const { bytes } = outbox.fill;
await outbox.close();
answerEach(() => ({}));
ready<{ readonly bytes: number }>({ bytes });
