/** How Exchange Online refuses a sign-in, in its own words. */

import type { PlayedFailure } from './played-failure.ts';
import { devicesPage, pythonTrace } from './sources.ts';

const byMailbox = { by: ['mailbox'], at: 'auth' } as const;

export const signInReplies: readonly PlayedFailure[] = [
  {
    ...byMailbox,
    name: 'smtp-auth-unsuccessful',
    plays: 'The token is good, but Exchange does not know the app as a service principal with rights on the mailbox.',
    replies: [
      {
        reply: '535 5.7.3 Authentication unsuccessful {session}',
        source: 'https://github.com/jstedfast/MailKit/issues/1733',
      },
    ],
  },
  {
    ...byMailbox,
    name: 'smtp-auth-disabled-for-tenant',
    plays: 'SMTP AUTH is switched off for the organisation.',
    replies: [
      {
        reply:
          '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. {session}',
        source: 'https://github.com/nodemailer/nodemailer/issues/1484',
      },
    ],
  },
  {
    ...byMailbox,
    name: 'smtp-auth-disabled-for-mailbox',
    plays: 'SMTP AUTH is switched off for the mailbox.',
    replies: [
      { reply: '535 5.7.139 SmtpClientAuthentication is disabled for the Mailbox {session}', source: pythonTrace },
    ],
  },
  {
    ...byMailbox,
    name: 'smtp-security-defaults-locked',
    plays: 'The security defaults of the organisation keep SMTP AUTH shut.',
    replies: [
      {
        reply:
          "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator. {session}",
        source: pythonTrace,
      },
    ],
  },
  {
    ...byMailbox,
    name: 'smtp-auth-criteria-not-met',
    plays: 'A policy of the organisation refuses this sign-in.',
    replies: [
      {
        reply:
          '535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. {session}',
        source: 'https://docs.bookyourpto.com/features/smtp-troubleshoot',
      },
      {
        reply:
          "535 5.7.139 Authentication unsuccessful, the organization configuration doesn't allow this authentication request. {session}",
        source: 'https://learn.microsoft.com/exchange/mail-flow-best-practices/troubleshoot-high-volume-email-m365',
      },
    ],
  },
  {
    ...byMailbox,
    name: 'smtp-basic-auth-disabled',
    plays: 'The sign-in is taken for one with a password, which is switched off.',
    replies: [
      {
        reply: '535 5.7.139 Authentication unsuccessful, basic authentication is disabled. {session}',
        source: 'https://github.com/rpremraj/mailR/issues/107',
      },
      {
        reply: '550 5.7.30 Basic authentication is not supported for Client Submission. {session}',
        source: 'https://techcommunity.microsoft.com/blog/exchange/4114750',
      },
    ],
  },
  {
    ...byMailbox,
    name: 'smtp-credentials-incorrect',
    plays: 'The sign-in is refused as one with the wrong credentials.',
    replies: [
      {
        reply: '535 5.7.139 Authentication unsuccessful, the user credentials were incorrect. {session}',
        source: 'https://github.com/codassassin/email-bomber-v2.0/issues/1',
      },
    ],
  },
  {
    ...byMailbox,
    name: 'smtp-federated-sts-unreachable',
    plays: 'The server wants to ask the federation server of the organisation, and cannot reach it.',
    replies: [
      {
        reply: '535 5.7.139 Authentication unsuccessful, federated STS service was unreachable. {session}',
        source: devicesPage,
      },
    ],
  },
  {
    ...byMailbox,
    name: 'smtp-auth-type-unrecognized',
    plays: 'The server does not offer XOAUTH2 for the mailbox.',
    replies: [
      {
        reply: '504 5.7.4 Unrecognized authentication type {session}',
        source: 'https://github.com/sensu/sensu-email-handler/issues/18',
      },
    ],
  },
  {
    ...byMailbox,
    name: 'smtp-xoauth2-data-invalid',
    plays: 'The server cannot read what the client signs in with, as the host for High Volume Email says it.',
    replies: [
      {
        reply: '501 5.5.124 Invalid XOAUTH2 auth data {session}',
        source: 'https://github.com/tarickb/sasl-xoauth2/issues/110',
      },
    ],
  },
  {
    ...byMailbox,
    name: 'smtp-token-expires-soon',
    plays: 'The host for High Volume Email takes no token in its last ten minutes.',
    replies: [
      {
        reply: '501 5.5.127 Invalid XOAUTH2 auth data - Token will expire soon {session}',
        source: 'https://github.com/tarickb/sasl-xoauth2/issues/98',
      },
    ],
  },
  {
    ...byMailbox,
    name: 'smtp-temporary-proxy-error',
    plays: 'The front end cannot reach the server of the mailbox.',
    replies: [
      {
        reply: '451 4.7.0 Temporary server error. Please try again later. PRX4 {session}',
        source: 'https://github.com/jstedfast/MailKit/issues/566',
      },
    ],
  },
];
