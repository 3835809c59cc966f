/** The messages that every way submits: the same words for all, plain ASCII, so that nobody's choice of an encoding is to blame. */

/** As POST /send takes it, and nodemailer's sendMail as well. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Characters of the text, which make about 2 KB of JSON and about 2 KB on the wire. */
const TEXT_LENGTH = 1_800;
const SENTENCES = [
  'Dear customer, thank you for your order; please find the details of the invoice below.',
  'The goods were handed over to the carrier today and should reach you within three days.',
  'Please transfer the amount within fourteen days and quote the number of the invoice.',
  'Should anything be missing or damaged, call us or answer to this message.',
];
const TEXT = Array.from({ length: 40 }, (_, line) => SENTENCES[line % SENTENCES.length])
  .join('\r\n')
  .slice(0, TEXT_LENGTH);

/** One of the messages; each has a recipient and a subject of its own, all of one length. */
export function mail(mailbox: string, number: number): Mail {
  const digits = String(number).padStart(7, '0');
  return {
    from: `Contoso Billing <${mailbox}>`,
    to: `customer-${digits}@fabrikam.example`,
    subject: `Invoice ${digits}`,
    text: TEXT,
  };
}

/** One of the messages with a file of so many bytes, as a part in base64. */
export function mailWithFile(mailbox: string, number: number, bytes: number) {
  const content = Buffer.alloc(bytes, '%PDF-1.7 ').toString('base64');
  return {
    ...mail(mailbox, number),
    attachments: [{ filename: 'invoice.pdf', content_type: 'application/pdf', content }],
  };
}

/** JSON of a message with one attachment. */
export function largeMailJson(mailbox: string, bytes: number): Buffer {
  const withContent = (content: string) =>
    JSON.stringify({
      ...mail(mailbox, 0),
      attachments: [{ filename: 'scan.pdf', content_type: 'application/pdf', content }],
    });
  const room = bytes - withContent('').length;
  return Buffer.from(withContent('JVBE'.repeat(Math.floor(room / 4))));
}
