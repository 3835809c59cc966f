/** Replies that look like known ones and are not stay unknown: a wrong remedy is worse than none. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { classifyEntraRefusal, classifyNetworkError, classifyReply } from '../../src/domain/classification.ts';
import { failure, httpStatus, isRetryable } from '../../src/domain/failure.ts';
import { parseReply, type SmtpReply } from '../../src/domain/smtp-reply.ts';

function reply(raw: string): SmtpReply {
  const parsed = parseReply(raw);
  assert.ok(parsed, `no reply: ${raw}`);
  return parsed;
}

suite('a reply that the catalogue does not know stays unknown', () => {
  const replies = [
    // Enhanced status codes next to known ones.
    '550 5.7.709 Access denied, something new',
    '550 5.7.5 Message refused',
    '550 5.7.605 Access denied',
    '550 5.7.650 Access denied',
    '550 5.7.125 Not wanted',
    '550 5.7.137 Not wanted',
    '550 5.2.250 Sender slowed down',
    '550 5.2.256 Sender slowed down',
    '550 5.1.91 Something about recipients',
    '550 5.1.9 Not an address of ours',
    '451 4.7.499 Wait',
    '451 4.7.700 Wait',
    '501 5.5.123 Invalid data',
    // Known words of sign-in with a reason that is new.
    '535 5.7.139 Authentication unsuccessful, the mailbox is asleep.',
    '535 5.7.999 Something new',
    '534 5.7.9 Authentication mechanism is too weak',
    '454 4.7.0 Temporary authentication failure',
    // Codes whose meaning differs by their words.
    '430 4.3.0 STOREDRV; mailbox database IO error',
    '432 4.2.0 STOREDRV.Deliver; Agent transient failure during message resubmission',
    '550 5.1.8 SMTPSEND.Utf8RecipientAddress; UTF-8 recipient address not supported.',
    '550 5.1.8 Sender address rejected: Domain not found',
    '550 5.5.0 SMTPSEND.PoisonForRemote; message might be crashing the remote server',
    '550 5.7.3 Message classification was not recognized',
    '550 5.6.2 STOREDRV.Submit; subscription not enabled for send as',
    '550 5.3.4 Requested action not taken; We noticed some unusual activity in your account',
    '550 5.7.10 STOREDRV.Submit; Sender mailbox quarantined.',
    '450 4.7.1 Unable to Relay. ATTR14',
    '550 5.7.25 Access denied, the sending IPv6 address must have a reverse DNS record',
    '430 4.9.9 Something else',
    '432 4.3.2 Something else is limited',
    '554 5.2.2 Something is over',
    '554 5.4.14 Hop count exceeded - possible mail loop',
    '501 5.5.4 Something about arguments',
    '501 5.1.7999 Not an enhanced status code',
    '550 Mailbox disabled',
    '599 What is this',
    '550',
    '450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents delivery',
    '451 4.7.1 Greylisting in action, please come back later',
    '552 5.7.0 This message was blocked because its content presents a potential security issue',
    '421 4.7.28 Our system has detected an unusual rate of unsolicited mail',
  ];
  for (const raw of replies) {
    test(raw, () => assert.equal(classifyReply(reply(raw)), 'refused-by-server'));
  }
});

suite('a transient reply', () => {
  const replies = [
    '450 4.1.1 Recipient unknown for the moment, user unknown in local table',
    '450 4.7.1 Client was not authenticated yet',
    '451 4.7.708 Something from this IP',
    '450 4.1.3 Invalid address',
    '450 5.1.1 User unknown',
    '451 4.3.0 SendAsDenied could not be looked up',
    '450 4.9.9 Try later; last error was 550 5.1.1 User unknown',
    '450 4.9.9 Try later (5.1.1)',
    '451 4.9.9 Deferred: 550 User unknown',
    '451 4.7.139 SmtpClientAuthentication is disabled for the Tenant could not be checked',
  ];
  for (const raw of replies) {
    test(`never gets the remedy of a permanent one: ${raw}`, () => {
      const code = classifyReply(reply(raw));
      const found = failure(code, { smtp: { command: 'DATA', reply: reply(raw) } });
      assert.equal(isRetryable(found), true, code);
      assert.equal(httpStatus(found), 503, code);
    });
  }
});

suite('a permanent reply', () => {
  for (const raw of [
    '550 5.9.9 Gave up after 421 4.4.2 Connection dropped',
    '550 5.9.9 Gave up: 451 Server busy',
    '554 5.3.0 Server busy with something else for good',
    '550 4.7.500 Server busy',
    '554 5.0.0 Temporary server error became permanent',
    '550 5.0.0 Service not available for you',
  ]) {
    test(`never gets the remedy of a transient one: ${raw}`, () => {
      assert.equal(classifyReply(reply(raw)), 'refused-by-server');
    });
  }
});

suite('what a caller chose', () => {
  for (const text of [
    '<5.7.708@contoso.com> refused',
    'SendAsDenied@contoso.com refused',
    '"user unknown"@contoso.com refused',
    'sendasdenied.contoso.com refused',
    'mail from sender-thread-limit.SmtpClientAuthentication.example.org refused',
    'see https://contoso.com/SendAsDenied/user%20unknown?mailbox+full',
    'from 5.1.1.7 refused',
    'Server 15.5.1.1 refused',
    'v5.1.1 refused',
    'Subject: SendAsDenied and mailbox full; refused',
    'Message with subject "Sender throttled due to continuous errors" refused',
    "refused for subject='SmtpClientAuthentication is disabled for the Tenant'",
    'Something new [SendAsDenied] [5.1.1 2024-04-29] [5.7.708]',
    'Invoice 550-2024 for 500 recipients refused',
    'Released 5.1.10-rc1 refused',
  ]) {
    test(`is not taken for words of the server: ${text}`, () => {
      assert.equal(classifyReply(reply(`550 5.9.9 ${text}`)), 'refused-by-server');
    });
  }

  test('does not hide the words of the server', () => {
    const raw =
      '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; user-unknown@contoso.com, Subject: mailbox full';
    assert.equal(classifyReply(reply(raw)), 'send-as-denied');
  });
});

suite('a hostile reply of a megabyte', () => {
  const pieces = [
    '[',
    '5.1.1 ',
    '550 ',
    'a',
    'a.',
    '@',
    'a@',
    ' ',
    '550 5.1.1 ',
    'subject: "',
    'STOREDRV.',
    '[a] ',
    '\u200b',
    '\u0301',
    "'",
    'too many ',
  ];
  for (const piece of pieces) {
    test(`of ${JSON.stringify(piece)} is read in milliseconds`, () => {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      const started = performance.now();
      classifyReply({ code: 550, enhanced: null, text });
      classifyNetworkError({ code: null, message: text });
      classifyEntraRefusal({ aadsts: [], error: null, description: text, httpStatus: 400 });
      const milliseconds = performance.now() - started;
      // Twenty at most when nothing else runs.
      assert.ok(milliseconds < 250, `${milliseconds} ms`);
    });
  }

  test('of lines is parsed in a time that grows with its length alone', () => {
    const milliseconds = (length: number): number => {
      const raw = '550-5.1.1 x\r\n'.repeat(length / 13);
      const started = performance.now();
      parseReply(raw);
      return performance.now() - started;
    };
    milliseconds(130_000);
    // A parser that is not linear takes a hundred times as long for ten times the length.
    assert.ok(milliseconds(1_300_000) < 40 * Math.max(milliseconds(130_000), 5));
  });
});

suite('an error that nobody knows', () => {
  test('of Entra ID stays unknown, whatever its OAuth error', () => {
    for (const error of [
      'invalid_client',
      'unauthorized_client',
      'invalid_request',
      'invalid_grant',
      'access_denied',
      'new_error',
    ]) {
      const refusal = { aadsts: [99_999_999], error, description: 'AADSTS99999999: Something new.', httpStatus: 400 };
      assert.equal(classifyEntraRefusal(refusal), 'entra-refused', error);
    }
  });

  test('of the network stays unknown, whatever it says', () => {
    for (const [code, message] of [
      ['EMFILE', 'too many open files'],
      ['ENOSPC', 'no space left on device'],
      [null, 'something new happened'],
      ['ERR_INVALID_ARG_TYPE', 'The "chunk" argument must be of type string'],
    ] as const)
      assert.equal(classifyNetworkError({ code, message }), 'network-error', message);
  });
});
