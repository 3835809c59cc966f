/** Settings of the outbox: where accepted messages live, how many, for how long, and what becomes of one in doubt. */

import { hoursIn, readFolder, readInDoubt, wholeNumberIn } from './readers.ts';
import type { SettingTable } from './setting.ts';

/** Ten years: whoever wants to keep more wants an archive. */
const MOST_HOURS = 87_600;

export const outboxSettings = {
  DATA_DIR: {
    meaning:
      'Folder in which accepted messages live until Exchange Online has them; it is made when it is not there. ' +
      'On a local disk of this machine, not on a network share. One relay at a time uses it. docs/operations.md explains it.',
    form: 'plain',
    required: false,
    default: 'data',
    example: '/var/lib/exo-relay',
    read: readFolder,
  },
  OUTBOX_MAX_SUBMISSIONS: {
    meaning: 'Messages that may wait at once; what comes beyond them is answered 503 "outbox-full".',
    form: 'plain',
    required: false,
    default: '200000',
    example: '1000000',
    read: wholeNumberIn(1, 10_000_000),
  },
  OUTBOX_MAX_MIB: {
    meaning:
      'MiB of contents that the outbox may hold; what comes beyond them is answered 503 "outbox-full". Those that are kept after a failure are among them, and give way, the oldest first. ' +
      'Less than there is free on the disk of DATA_DIR.',
    form: 'plain',
    required: false,
    default: '10240',
    example: '102400',
    read: wholeNumberIn(1, 100_000_000),
  },
  IN_DOUBT: {
    meaning:
      'What becomes of a message when the connection broke where nobody can know whether Exchange Online took it: ' +
      '"hold" leaves it to you, "repeat" submits it again with the same Message-ID, so that some may arrive twice.',
    form: 'plain',
    required: false,
    default: 'hold',
    example: 'repeat',
    read: readInDoubt,
  },
  FAILED_CONTENT_RETENTION_HOURS: {
    meaning:
      'Hours for which the content of a message is kept that failed or is in doubt, so that it can be tried again. ' +
      'With 0 it goes at once, and with its record at the latest.',
    form: 'plain',
    required: false,
    default: '72',
    example: '0',
    read: hoursIn(0, MOST_HOURS),
  },
  RECORD_RETENTION_HOURS: {
    meaning:
      'Hours for which the record of a message is kept after its end, 24 at least: who it was for, what was tried, and how it ended.',
    form: 'plain',
    required: false,
    default: '168',
    example: '2160',
    read: hoursIn(24, MOST_HOURS),
  },
} as const satisfies SettingTable;
