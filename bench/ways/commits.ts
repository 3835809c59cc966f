/** Commits alone: rows as large as the relay's, as many at once as callers wait, each group on disk before the next one begins. A large content is a file of its own, as in the relay. */

import { Child } from '../child.ts';
import { heldSubmission } from '../held-submission.ts';
import type { Load, Taken } from '../load.ts';
import type { FarSide } from '../sink.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Way } from './way.ts';

/** What the process is started with. */
export interface CommitsGiven {
  readonly folder: string;
  /** Bytes of a row: of the record, and of the content. */
  readonly record: number;
  readonly content: number;
}

/**
 * @param group rows in a commit
 * @param attached bytes of the file that is attached; 0 for none
 */
export async function commits(farSide: FarSide, group: number, attached: number): Promise<Way> {
  const folder = temporaryFolder();
  const { submission, content } = await heldSubmission(farSide.mailbox, 0, attached);
  const record = JSON.stringify(submission).length;
  const given: CommitsGiven = { folder: folder.path, record, content: content.length };
  const { child } = await Child.start('ways/commits-process.ts', given);
  return {
    name: attached > 0 ? `files and commits alone, ${group} at once` : `commits alone, ${group} rows each`,
    pid: child.pid,
    reachesSink: 'never',
    share: attached > 0 ? 1 : 5,
    submit: (messages) => child.ask<Taken>({ messages, outstanding: group } satisfies Load),
    [Symbol.asyncDispose]: async () => {
      await child[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
