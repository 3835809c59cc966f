/** Remedies come with the values of this installation, readable where one is unknown, and safe to paste. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { failureCodes } from '../../src/domain/catalogue/catalogue.ts';
import { placeholders, type Values } from '../../src/domain/catalogue/entry.ts';
import { failure } from '../../src/domain/failure.ts';
import { fillProse, remedyFor } from '../../src/domain/remedy.ts';

const values: Values = {
  mailbox: 'billing@contoso.com',
  from: "o'brien@contoso.com",
  client_id: '11111111-2222-3333-4444-555555555555',
  object_id: '66666666-7777-8888-9999-000000000000',
};

suite('a remedy', () => {
  test('names the values plainly in prose and as literals in PowerShell', () => {
    const remedy = remedyFor(failure('send-as-denied', { values }));
    assert.equal(remedy.summary, "Give the app the right SendAs on o'brien@contoso.com.");
    assert.ok(
      remedy.powershell.includes(
        "Add-RecipientPermission -Identity 'o''brien@contoso.com' -AccessRights SendAs -Trustee '66666666-7777-8888-9999-000000000000' -Confirm:$false",
      ),
    );
  });

  test('describes a value that is not known', () => {
    const remedy = remedyFor(failure('send-as-denied'));
    assert.equal(remedy.summary, 'Give the app the right SendAs on <the address in from>.');
    assert.ok(
      remedy.powershell.some((line) => line.includes("-Trustee '<the object id of the enterprise application>'")),
    );
  });

  test('of every failure has no placeholder left', () => {
    const left = new RegExp(`\\{(?:${Object.keys(placeholders).join('|')})\\}`);
    for (const code of failureCodes) {
      for (const known of [{}, values]) {
        const { summary, steps, powershell } = remedyFor(failure(code, { values: known }));
        for (const text of [summary, ...steps, ...powershell]) assert.doesNotMatch(text, left, code);
      }
    }
  });

  test('puts a value in once: placeholders inside a value stay as they are', () => {
    const hostile = { mailbox: "{from}'; Remove-Mailbox {from}; '@contoso.com", from: 'x@contoso.com' };
    const { powershell } = remedyFor(failure('smtp-auth-disabled-for-mailbox', { values: hostile }));
    assert.ok(
      powershell.includes(
        "Set-CASMailbox -Identity '{from}''; Remove-Mailbox {from}; ''@contoso.com' -SmtpClientAuthenticationDisabled $false",
      ),
    );
  });

  test('puts in values with the signs that replacing gives a meaning to', () => {
    assert.equal(fillProse('{mailbox}', { mailbox: '$&$1$$@contoso.com' }), '$&$1$$@contoso.com');
  });

  test('keeps one line a line, whatever the values hold', () => {
    const broken = Object.fromEntries(Object.keys(placeholders).map((name) => [name, 'a\nRemove-Mailbox x\u2028y\r']));
    for (const code of failureCodes) {
      for (const line of remedyFor(failure(code, { values: broken })).powershell)
        assert.doesNotMatch(line, /[\r\n\u2028]/);
    }
  });
});

suite('prose', () => {
  test('keeps the braces of PowerShell and of names that are no placeholders', () => {
    assert.equal(
      fillProse('{ $_.AppId } {0} {unknown} {constructor} {mailbox}', values),
      '{ $_.AppId } {0} {unknown} {constructor} billing@contoso.com',
    );
  });
});
