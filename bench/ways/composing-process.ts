/** The process that composes the messages, by one of the composers, and forgets them. */

import MailComposer from 'nodemailer/lib/mail-composer';
import { mimeComposer } from '../../src/adapters/mime/compose.ts';
import { readSubmissionRequest } from '../../src/http/read-message.ts';
import { answerEach, given, ready } from '../child.ts';
import { drive, type Load } from '../load.ts';
import { mail } from '../message.ts';
import type { Composer, ComposingGiven } from './composing.ts';

const { composer, farSide } = given<ComposingGiven>();
const { message } = readSubmissionRequest(mail(farSide.mailbox, 0));
const date = new Date();

const compose: Readonly<Record<Composer, (number: number) => Promise<Uint8Array>>> = {
  'exo-relay': (number) => mimeComposer.compose(message, { messageId: `<${number}@contoso.example>`, date }),
  nodemailer: (number) => new MailComposer({ ...mail(farSide.mailbox, number), date }).compile().build(),
};

answerEach((load: Load) => drive(load, async (number) => void (await compose[composer](number))));
ready({});
