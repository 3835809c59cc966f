/** Commits alone: rows as large as the relay's, as many at once as callers wait, each group on disk before the next one begins. */

import { join } from 'node:path';
import { Child } from '../child.ts';
import { heldSubmission } from '../held-submission.ts';
import type { Load, Taken } from '../load.ts';
import type { FarSide } from '../sink.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Way } from './way.ts';

/** What the process is started with. */
export interface CommitsGiven {
  readonly file: string;
  /** Bytes of a row: of the record, and of the content. */
  readonly record: number;
  readonly content: number;
}

/** @param group rows in a commit */
export async function commits(farSide: FarSide, group: number): Promise<Way> {
  const folder = temporaryFolder();
  const { submission, content } = await heldSubmission(farSide.mailbox, 0);
  const file = join(folder.path, 'commits.db');
  const given: CommitsGiven = { file, record: JSON.stringify(submission).length, content: content.length };
  const { child } = await Child.start('ways/commits-process.ts', given);
  return {
    name: `commits alone, ${group} rows each`,
    pid: child.pid,
    reachesSink: 'never',
    share: 5,
    submit: (messages) => child.ask<Taken>({ messages, outstanding: group } satisfies Load),
    [Symbol.asyncDispose]: async () => {
      await child[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
