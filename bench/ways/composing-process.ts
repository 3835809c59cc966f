/** The process that composes the messages, by one of the composers, and forgets them. */

import MailComposer from 'nodemailer/lib/mail-composer';
import { mimeComposer } from '../../src/adapters/mime/compose.ts';
import { readSubmissionRequest } from '../../src/http/read-message.ts';
import { answerEach, given, ready } from '../child.ts';
import { drive, type Load } from '../load.ts';
import { mail, mailWithFile } from '../message.ts';
import type { Composer, ComposingGiven } from './composing.ts';

const { composer, farSide, attached } = given<ComposingGiven>();
const body = attached > 0 ? mailWithFile(farSide.mailbox, 0, attached) : mail(farSide.mailbox, 0);
const { message } = readSubmissionRequest(body);
const attachments = message.attachments.map(({ filename, content }) => ({ filename, content: Buffer.from(content) }));
const date = new Date();

const compose: Readonly<Record<Composer, (number: number) => Promise<Uint8Array>>> = {
  'exo-relay': (number) => mimeComposer.compose(message, { messageId: `<${number}@contoso.example>`, date }),
  nodemailer: (number) => new MailComposer({ ...mail(farSide.mailbox, number), date, attachments }).compile().build(),
};

answerEach((load: Load) => drive(load, async (number) => void (await compose[composer](number))));
ready({});
