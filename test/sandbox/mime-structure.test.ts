import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mimeStructure, type PartJson } from '../../src/sandbox/mime-structure.ts';

/** One line a part: number, type and what else is told. */
function lines(part: PartJson): string[] {
  const { charset, encoding, disposition, filename, content_id, size } = part;
  const facts = [charset, encoding, disposition, filename, content_id, size].filter((each) => each !== null);
  return [`${part.part ?? '-'} ${part.content_type} ${facts.join(' ')}`, ...part.parts.flatMap(lines)];
}

const structure = async (...content: string[]) => lines(await mimeStructure(Buffer.from(content.join('\r\n'))));

describe('The MIME structure', () => {
  it('numbers parts as IMAP does and tells what each says of itself', async () => {
    const found = await structure(
      'Content-Type: multipart/mixed; boundary="a b"',
      '',
      'preamble',
      '--a b',
      'Content-Type: multipart/alternative;',
      ' boundary=c',
      '',
      '--c',
      'Content-Type: text/plain; charset="UTF-8"',
      'Content-Transfer-Encoding: Quoted-Printable',
      '',
      'abc',
      '--c',
      'Content-Type: text/html',
      '',
      '',
      '--c--',
      '',
      '--a b',
      'Content-Type: image/png',
      'Content-ID: <logo@x>',
      "Content-Disposition: inline; filename*=utf-8''%E2%82%AC.png",
      'Content-Transfer-Encoding: base64',
      '',
      'AAAA',
      '--a b',
      'Content-Type: message/rfc822',
      '',
      'Subject: inner',
      '',
      '--c',
      '--a b--',
      'epilogue',
    );
    assert.match(found[0] ?? '', /^- multipart\/mixed 7bit \d+$/);
    assert.match(found[1] ?? '', /^1 multipart\/alternative 7bit \d+$/);
    assert.deepEqual(found.slice(2), [
      '1.1 text/plain UTF-8 quoted-printable 3',
      '1.2 text/html 7bit 0',
      '2 image/png base64 inline €.png logo@x 4',
      '3 message/rfc822 7bit 21',
    ]);
  });

  it('has one part for a message that is not a multipart', async () => {
    assert.deepEqual(await structure('Subject: x', '', 'abc'), ['1 text/plain 7bit 3']);
    assert.deepEqual(await structure(''), ['1 text/plain 7bit 0']);
  });

  it('takes only whole lines for delimiters, and does without the last', async () => {
    const found = await structure(
      'Content-Type: multipart/mixed; boundary=x',
      '',
      '--x ',
      '',
      'a --x',
      '--xy',
      '--x',
      '',
      'b',
    );
    assert.deepEqual(found.slice(1), ['1 text/plain 7bit 11', '2 text/plain 7bit 1']);
  });

  it('is bounded in depth and in number of parts', async () => {
    const deep = Array.from({ length: 300 }, (_, n) => [
      `Content-Type: multipart/mixed; boundary="b${n}"`,
      '',
      `--b${n}`,
    ]);
    assert.equal((await structure(...deep.flat(), '', 'x')).length, 21);
    const wide = Array.from({ length: 5_000 }, () => ['--x', '', 'y']);
    assert.equal((await structure('Content-Type: multipart/mixed; boundary=x', '', ...wide.flat())).length, 201);
  });
});
