/** The process in which nodemailer composes and submits each message by `sendMail`, with a token that is in memory. */

import { createTransport } from 'nodemailer';
import { answerEach, given, ready } from '../child.ts';
import { drive, type Load } from '../load.ts';
import { mail } from '../message.ts';
import { CONNECTIONS, type NodemailerGiven } from './nodemailer.ts';

const { pool, farSide } = given<NodemailerGiven>();
const common = {
  host: 'localhost',
  port: farSide.smtpPort,
  requireTLS: true,
  tls: { ca: farSide.ca },
  auth: { type: 'OAuth2', user: farSide.mailbox, accessToken: farSide.token },
} as const;
const transport = pool
  ? createTransport({ ...common, pool: true, maxConnections: CONNECTIONS, maxMessages: Number.POSITIVE_INFINITY })
  : createTransport(common);

answerEach((load: Load) =>
  drive(load, async (number) => {
    await transport.sendMail(mail(farSide.mailbox, number));
  }),
);
ready({});
