/** Failures that the mailbox in `user=` triggers, in the words in which Exchange Online gave them. */

import { recipientScenarios } from './recipient-scenarios.ts';
import type { SmtpScenario } from './scenario.ts';

const atAuthentication = [
  {
    name: 'smtp-auth-unsuccessful',
    reply: '535 5.7.3 Authentication unsuccessful {session}',
    plays: 'The token is good, but Exchange does not know the app as a service principal with rights on the mailbox.',
    source: 'https://github.com/jstedfast/MailKit/issues/1733',
  },
  {
    name: 'smtp-auth-disabled-for-tenant',
    reply:
      '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. {session}',
    plays: 'SMTP AUTH is switched off for the organisation.',
    source: 'https://github.com/nodemailer/nodemailer/issues/1484',
  },
  {
    name: 'smtp-auth-disabled-for-mailbox',
    reply: '535 5.7.139 SmtpClientAuthentication is disabled for the Mailbox {session}',
    plays: 'SMTP AUTH is switched off for the mailbox.',
    source: 'a public trace of Python smtplib',
  },
  {
    name: 'smtp-security-defaults-locked',
    reply:
      "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator. {session}",
    plays: 'The security defaults of the organisation keep SMTP AUTH shut.',
    source: 'a public trace of Python smtplib',
  },
  {
    name: 'smtp-auth-criteria-not-met',
    reply:
      '535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. {session}',
    plays: 'A policy of the organisation refuses this sign-in.',
    source: 'https://docs.bookyourpto.com/features/smtp-troubleshoot',
  },
  {
    name: 'smtp-basic-auth-disabled',
    reply: '535 5.7.139 Authentication unsuccessful, basic authentication is disabled. {session}',
    plays: 'The sign-in is taken for one with a password, which is switched off.',
    source: 'https://github.com/rpremraj/mailR/issues/107',
  },
  {
    name: 'smtp-credentials-incorrect',
    reply: '535 5.7.139 Authentication unsuccessful, the user credentials were incorrect. {session}',
    plays: 'The sign-in is refused as one with the wrong credentials.',
    source: 'https://github.com/codassassin/email-bomber-v2.0/issues/1',
  },
  {
    name: 'smtp-auth-type-unrecognized',
    reply: '504 5.7.4 Unrecognized authentication type {session}',
    plays: 'The server does not offer XOAUTH2 for the mailbox.',
    source: 'https://github.com/sensu/sensu-email-handler/issues/18',
  },
  {
    name: 'smtp-temporary-proxy-error',
    reply: '451 4.7.0 Temporary server error. Please try again later. PRX4 {session}',
    plays: 'The front end cannot reach the server of the mailbox.',
    source: 'https://github.com/jstedfast/MailKit/issues/566',
  },
] as const;

const atMail = [
  {
    name: 'sender-address-invalid',
    reply: '501 5.1.7 Invalid address {session}',
    plays: 'The address in MAIL FROM is refused as malformed.',
    source: 'https://github.com/roehling/postsrsd/issues/192',
  },
] as const;

const alsoByMailbox: readonly string[] = [
  'mailbox-logon-failure',
  'send-as-denied',
  'sender-mailbox-full',
  'sender-throttled-continuous-errors',
  'concurrent-connections-limit',
  'recipient-rate-limit-exceeded',
  'tenant-traffic-not-accepted',
  'tenant-threshold-exceeded',
];

export const mailboxScenarios: readonly SmtpScenario[] = [
  ...atAuthentication.map((row) => ({ ...row, trigger: 'mailbox' as const, at: 'auth' as const })),
  ...atMail.map((row) => ({ ...row, trigger: 'mailbox' as const, at: 'mail' as const })),
  ...recipientScenarios
    .filter(({ name }) => alsoByMailbox.includes(name))
    .map((row) => ({ ...row, trigger: 'mailbox' as const })),
];
