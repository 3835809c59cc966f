/** Failures that the mailbox in `user=` triggers. */

import { limitReplies } from './limit-replies.ts';
import { scenariosBy } from './played-failure.ts';
import type { SmtpScenario } from './scenario.ts';
import { senderReplies } from './sender-replies.ts';
import { signInReplies } from './sign-in-replies.ts';

export const mailboxScenarios: readonly SmtpScenario[] = scenariosBy('mailbox', [
  ...signInReplies,
  ...senderReplies,
  ...limitReplies,
]);
