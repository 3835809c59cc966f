/** How Exchange Online refuses a recipient, in its own words: the address, the organisation behind it, what its mailbox takes. */

import type { PlayedFailure } from './played-failure.ts';
import { ndrPage, serverNdrPage, sisimaiBounces, tenantBlocksPage } from './sources.ts';

const ofRecipient = { by: ['recipient'], at: 'rcpt' } as const;
const afterMessage = { by: ['recipient'], at: 'final-dot' } as const;

export const recipientReplies: readonly PlayedFailure[] = [
  {
    ...ofRecipient,
    name: 'recipient-not-found',
    plays: 'Nobody in the directory has the address.',
    replies: [
      {
        reply: '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup {session}',
        source: sisimaiBounces,
      },
      { reply: '550 5.1.1 Bad destination mailbox address {session}', source: ndrPage },
      {
        reply: '550 5.5.0 Requested action not taken: mailbox unavailable. {session}',
        source: 'ActiveCampaign/smtp-field-manual: data/codes/550.json',
      },
    ],
  },
  {
    ...ofRecipient,
    name: 'recipient-address-invalid',
    plays: 'The address is refused as malformed.',
    replies: [{ reply: '501 5.1.3 Invalid address {session}', source: 'https://github.com/skynet/monit/issues/2' }],
  },
  {
    ...ofRecipient,
    name: 'recipient-rejected-access-denied',
    plays: 'The domain is known and the address is not.',
    replies: [
      {
        reply: '550 5.4.1 Recipient address rejected: Access denied. AS(201806281) {session}',
        source: 'https://github.com/zone-eu/zone-mta/pull/214',
      },
      {
        reply: '550 5.4.1 All recipient addresses rejected : Access denied {session}',
        source: 'ActiveCampaign/smtp-field-manual: data/codes/550.json',
        at: 'data-command',
      },
    ],
  },
  {
    ...ofRecipient,
    name: 'delivery-not-authorized',
    plays: 'The recipient, a mail flow rule or a block list does not take messages of this sender.',
    replies: [
      { reply: '550 5.7.1 RESOLVER.RST.AuthRequired; authentication required {session}', source: sisimaiBounces },
      { reply: '550 5.7.1 Delivery not authorized {session}', source: ndrPage },
      {
        reply:
          '550 5.7.513 Service unavailable, Client host [192.0.2.2] blocked by fabrikam.example using Customer Block list (AS16012607) {session}',
        source: ndrPage,
      },
    ],
  },
  {
    ...ofRecipient,
    name: 'recipient-restricted-sender',
    plays: 'The group takes messages of listed senders only.',
    replies: [{ reply: '550 5.7.124 Sender not in allowed-senders list {session}', source: ndrPage }],
  },
  {
    ...ofRecipient,
    name: 'recipient-requires-internal-sender',
    plays: 'The recipient takes messages of its own organisation only.',
    replies: [
      { reply: '550 5.7.133 Sender not authenticated for group {session}', source: ndrPage },
      { reply: '550 5.7.134 Sender was not authenticated for mailbox {session}', source: ndrPage },
      { reply: '550 5.7.12 Sender was not authenticated by organization {session}', source: ndrPage },
      { reply: '550 5.7.13 Sender was not authenticated for public folder {session}', source: ndrPage },
      { reply: '550 5.7.136 Sender was not authenticated {session}', source: ndrPage },
    ],
  },
  {
    ...ofRecipient,
    name: 'recipient-address-banned',
    plays: 'The destination refuses the recipient by its own rules.',
    replies: [
      {
        reply: '550 5.7.504 [jane@fabrikam.example]: Recipient address rejected: Access denied {session}',
        source: ndrPage,
      },
      { reply: '550 5.7.505 Access denied, banned recipient {session}', source: ndrPage },
      { reply: '550 5.7.507 Access denied, rejected by recipient {session}', source: ndrPage },
      {
        reply: '550 5.7.510 Access denied, fabrikam.example does not accept email over IPv6 {session}',
        source: ndrPage,
      },
    ],
  },
  {
    ...afterMessage,
    name: 'tenant-recipient-block-list',
    plays: 'A recipient stands in the block list of the own organisation, so nobody gets the message.',
    replies: [
      {
        reply:
          "550 5.7.703 Your message can't be delivered because one or more recipients are blocked by your organization's tenant recipient block policy {session}",
        source: ndrPage,
      },
      {
        reply:
          "550 5.7.703 Your message can't be delivered because messages to jane@fabrikam.example are blocked by your organization using Tenant Allow Block List. {session}",
        source: tenantBlocksPage,
      },
    ],
  },
  {
    ...ofRecipient,
    name: 'recipient-mailbox-full',
    plays: 'The mailbox of the recipient has no room.',
    replies: [
      {
        reply:
          '550 5.2.2 STOREDRV.Deliver: mailbox full. The following information should help identify the cause: ' +
          '"MapiExceptionShutoffQuotaExceeded:00.00000:FF000000, 00.00000:0000000094000000000000000000000000000000" {session}',
        source: sisimaiBounces,
      },
    ],
  },
  {
    ...afterMessage,
    name: 'recipient-size-limit',
    plays: 'The message is larger than the recipient takes.',
    replies: [
      {
        reply: '550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient {session}',
        source: serverNdrPage,
      },
    ],
  },
  {
    ...ofRecipient,
    name: 'recipient-receive-limit',
    plays: 'The recipient has had as many messages as it takes in an hour.',
    replies: [
      {
        reply:
          '554 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour. For ' +
          'more information go to http://go.microsoft.com/fwlink/?LinkId=526653. {session}',
        source: 'ActiveCampaign/smtp-field-manual: data/codes/554.json',
      },
      {
        reply: "554 5.2.121 Recipient's per hour message receive limit from specific sender exceeded {session}",
        source: ndrPage,
      },
      { reply: "554 5.2.122 Recipient's per hour message receive limit exceeded {session}", source: ndrPage },
    ],
  },
  {
    ...afterMessage,
    name: 'recipient-thread-limit',
    plays: 'The mailbox of the recipient is taking in too many messages at this moment.',
    replies: [{ reply: '432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded {hostname}', source: ndrPage }],
  },
  {
    ...ofRecipient,
    name: 'too-many-recipients-same-domain',
    plays: 'The message has more than 200 recipients of one domain.',
    replies: [{ reply: '452 4.5.3 Too many recipients {session}', source: ndrPage }],
  },
];
