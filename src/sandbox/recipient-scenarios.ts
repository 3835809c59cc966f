/** Failures that a recipient's address triggers. */

import { limitReplies } from './limit-replies.ts';
import { messageReplies } from './message-replies.ts';
import { scenariosBy } from './played-failure.ts';
import { recipientReplies } from './recipient-replies.ts';
import type { SmtpScenario } from './scenario.ts';
import { senderReplies } from './sender-replies.ts';
import { serviceReplies } from './service-replies.ts';

export { SEND_AS_DENIED } from './sender-replies.ts';

export const recipientScenarios: readonly SmtpScenario[] = scenariosBy('recipient', [
  ...recipientReplies,
  ...messageReplies,
  ...senderReplies,
  ...limitReplies,
  ...serviceReplies,
]);
