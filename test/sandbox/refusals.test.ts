import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Refusals, type Refused } from '../../src/sandbox/refusals.ts';
import { parseCommand } from '../../src/sandbox/smtp-command.ts';

/** What is told of a session, given as pairs of command and reply. */
function told(...session: [command: string, reply: string | null][]): Refused[] {
  const refused: Refused[] = [];
  const refusals = new Refusals((each) => refused.push(each));
  for (const [command, reply] of session) refusals.note(parseCommand(command), reply, 'billing@contoso.example');
  return refused;
}

describe('Refusals', () => {
  it('are told with the transaction they belong to, and without the tail of the reply', () => {
    assert.deepEqual(
      told(
        ['EHLO client.example', '250 SIZE'],
        ['MAIL FROM:<a@contoso.example> SIZE=1', '250 2.1.0 Sender OK'],
        ['RCPT TO:<b@fabrikam.example>', '250 2.1.5 Recipient OK'],
        ['DATA', '554 5.2.0 No {hostname} {session}'],
      ),
      [
        {
          command: 'DATA',
          reply: '554 5.2.0 No',
          authenticatedAs: 'billing@contoso.example',
          mailFrom: 'a@contoso.example',
          rcptTo: ['b@fabrikam.example'],
        },
      ],
    );
  });

  it('never carry what stands behind the mechanism of AUTH', () => {
    assert.deepEqual(
      told(['AUTH XOAUTH2 dG9rZW4=', '535 5.7.3 No']).map(({ command }) => command),
      ['AUTH XOAUTH2'],
    );
  });

  it('are told of each recipient, and not of what fails for the sake of another', () => {
    const refused = told(
      ['MAIL FROM:<a@contoso.example>', '250 OK'],
      ['RCPT TO:<b@fabrikam.example>', '550 5.1.10 Not found'],
      ['RCPT TO:<c@fabrikam.example>', '451 4.7.0 Later'],
      ['DATA', '503 5.5.2 Need rcpt command'],
      ['DATA', '503 5.5.1 Bad sequence of commands'],
    );
    assert.deepEqual(
      refused.map(({ command }) => command),
      ['RCPT TO:<b@fabrikam.example>', 'RCPT TO:<c@fabrikam.example>', 'DATA'],
    );
  });

  it('begin anew with each transaction, chunks included', () => {
    const refused = told(
      ['MAIL FROM:<a@contoso.example>', '250 OK'],
      ['RCPT TO:<b@fabrikam.example>', '250 OK'],
      ['BDAT 3', '250 2.6.0 CHUNK received OK, 3 octets'],
      ['BDAT 3', '552 5.3.4 Too large'],
      ['MAIL FROM:<c@contoso.example>', '550 5.7.1 No'],
    );
    assert.deepEqual(
      refused.map(({ command, mailFrom, rcptTo }) => [command, mailFrom, rcptTo]),
      [
        ['BDAT 3', 'a@contoso.example', ['b@fabrikam.example']],
        ['MAIL FROM:<c@contoso.example>', null, []],
      ],
    );
  });

  it('have no reply when there was none', () => {
    assert.deepEqual(
      told(['DATA', null]).map(({ reply }) => reply),
      [null],
    );
  });
});
