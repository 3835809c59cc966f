/** Every row of the catalogue keeps its rules, so that problems, documentation and remedies can be rendered from it unseen. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogue, failureCodes } from '../../../src/domain/catalogue/catalogue.ts';
import { entraAppFailures } from '../../../src/domain/catalogue/entra/app.ts';
import { entraClientAssertionFailures } from '../../../src/domain/catalogue/entra/client-assertion.ts';
import { entraPermissionFailures } from '../../../src/domain/catalogue/entra/permissions.ts';
import { entraRequestFailures } from '../../../src/domain/catalogue/entra/request.ts';
import { entraServiceFailures } from '../../../src/domain/catalogue/entra/service.ts';
import { entraTenantFailures } from '../../../src/domain/catalogue/entra/tenant.ts';
import { type CatalogueEntry, placeholders } from '../../../src/domain/catalogue/entry.ts';
import { blockFailures } from '../../../src/domain/catalogue/exchange-online/blocks.ts';
import { dialogueFailures } from '../../../src/domain/catalogue/exchange-online/dialogue.ts';
import { limitFailures } from '../../../src/domain/catalogue/exchange-online/limits.ts';
import { messageFailures } from '../../../src/domain/catalogue/exchange-online/message.ts';
import { recipientLimitFailures } from '../../../src/domain/catalogue/exchange-online/recipient-limits.ts';
import { recipientRestrictionFailures } from '../../../src/domain/catalogue/exchange-online/recipient-restrictions.ts';
import { recipientFailures } from '../../../src/domain/catalogue/exchange-online/recipients.ts';
import { senderFailures } from '../../../src/domain/catalogue/exchange-online/sender.ts';
import { serviceFailures } from '../../../src/domain/catalogue/exchange-online/service.ts';
import { sessionFailures } from '../../../src/domain/catalogue/exchange-online/session.ts';
import { signInFailures } from '../../../src/domain/catalogue/exchange-online/sign-in.ts';
import { networkFailures } from '../../../src/domain/catalogue/network.ts';
import { outboxFailures } from '../../../src/domain/catalogue/outbox.ts';
import { proxyFailures } from '../../../src/domain/catalogue/proxy.ts';
import { relayFailures } from '../../../src/domain/catalogue/relay.ts';
import { requestFailures } from '../../../src/domain/catalogue/request.ts';
import { submissionFailures } from '../../../src/domain/catalogue/submission.ts';
import { tlsFailures } from '../../../src/domain/catalogue/tls.ts';

const entries: readonly (readonly [string, CatalogueEntry])[] = failureCodes.map((code) => [code, catalogue[code]]);

/** Facts about this occurrence alone, whose status does not follow from who is responsible. */
const ownStatus: Readonly<Record<string, number>> = {
  'submission-in-doubt': 504,
  'internal-error': 500,
  // Whatever it waited for was not there in time; the relay has stopped trying, and so does not say when to come back.
  'submission-expired': 503,
};

function textsOf({ title, cause, remedy }: CatalogueEntry): readonly string[] {
  return [title, cause, remedy.summary, ...remedy.steps, ...remedy.powershell];
}

function each(check: (entry: CatalogueEntry, code: string) => void): void {
  for (const [code, entry] of entries) check(entry, code);
}

suite('the catalogue', () => {
  test('has every code once, in lower kebab case', () => {
    const parts = [
      requestFailures,
      relayFailures,
      outboxFailures,
      submissionFailures,
      tlsFailures,
      entraAppFailures,
      entraClientAssertionFailures,
      entraPermissionFailures,
      entraTenantFailures,
      entraRequestFailures,
      entraServiceFailures,
      networkFailures,
      proxyFailures,
      signInFailures,
      sessionFailures,
      dialogueFailures,
      senderFailures,
      recipientFailures,
      recipientRestrictionFailures,
      recipientLimitFailures,
      messageFailures,
      limitFailures,
      blockFailures,
      serviceFailures,
    ].flatMap(Object.keys);
    assert.deepEqual([...parts].sort(), [...failureCodes].sort());
    for (const code of parts) assert.match(code, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  });

  test('has titles that are short, differ from each other and name no values', () => {
    const titles = entries.map(([, { title }]) => title);
    assert.deepEqual(
      titles.filter((title, at) => titles.indexOf(title) !== at),
      [],
    );
    for (const title of titles) assert.match(title, /^[A-Z][^{}]{5,70}(?<![.])$/);
  });

  test('names only placeholders that exist', () => {
    each((entry, code) => {
      for (const text of textsOf(entry)) {
        for (const [, name] of text.matchAll(/\{([a-z_]+)\}/g)) {
          assert.ok(name && Object.hasOwn(placeholders, name), `${code}: {${name}}`);
        }
      }
    });
  });

  test('quotes no placeholder in PowerShell, since each is put in as a literal', () => {
    each(({ remedy }, code) => {
      for (const line of remedy.powershell) {
        assert.doesNotMatch(line, /["'][^"' ]*\{[a-z_]+\}|\{[a-z_]+\}[^"' ]*["']/, `${code}: ${line}`);
        assert.doesNotMatch(line, /"[^"]*\{[a-z_]+\}[^"]*"/, `${code}: ${line}`);
        assert.doesNotMatch(line, /[\r\n]/, `${code}: ${line}`);
      }
    });
  });

  test('connects before the first line of Exchange Online PowerShell', () => {
    const ofExchange =
      /^(?:Get|Set|Add|New|Remove)-(?:Mailbox|CASMailbox|TransportConfig|ServicePrincipal|Recipient|User|Hosted)/;
    each(({ remedy }, code) => {
      const first = remedy.powershell.findIndex((line) => ofExchange.test(line));
      const connected = remedy.powershell.indexOf('Connect-ExchangeOnline');
      assert.ok(first === -1 || (connected !== -1 && connected < first), code);
    });
  });

  test('changes by a pasted block only what cures, and leaves the rest as comments', () => {
    const harmless = /^(?:#|Connect-|\(?Get-|Resolve-|Test-)/;
    const cures = /^(?:Add-MailboxPermission|Add-RecipientPermission|Set-CASMailbox) /;
    const ofEnabling = /^smtp-(?:auth-disabled-for-(?:tenant|mailbox)|security-defaults-locked)$/;
    each(({ remedy }, code) => {
      for (const line of remedy.powershell) {
        assert.ok(harmless.test(line) || cures.test(line), `${code}: ${line}`);
        if (line.startsWith('Set-CASMailbox')) assert.match(code, ofEnabling);
      }
    });
  });

  test('says who sends again, wherever sending again later can help: the reader, unless the relay holds the message', () => {
    each((entry, code) => {
      const told = textsOf(entry).join('\n');
      assert.doesNotMatch(told, /next attempt|every attempt|read its configuration|override/i, code);
      if (entry.responsible === 'microsoft')
        assert.match(told, /Send the same message again after retry_after.*, unless the relay holds it \(202\)/, code);
    });
  });

  test('explains and cures every failure in sentences', () => {
    each(({ cause, remedy }, code) => {
      assert.match(cause, /^[A-Z{].*\.$/s, code);
      assert.ok(cause.length <= 400, `${code}: ${cause.length}`);
      assert.match(remedy.summary, /^[A-Z].*\.$/, code);
      assert.ok(remedy.steps.length > 0, code);
      for (const step of remedy.steps) assert.match(step, /^[A-Z].*[.:\w=}/>]$/s, `${code}: ${step}`);
    });
  });

  test('points to pages over https only, and cites where it has its knowledge from', () => {
    each(({ remedy, sources }, code) => {
      assert.ok(remedy.docs.length > 0, code);
      for (const page of remedy.docs) assert.equal(new URL(page).protocol, 'https:', `${code}: ${page}`);
      assert.ok(sources.length > 0, code);
    });
  });

  test("answers the caller's faults with 4xx, and nobody else's but send-as", () => {
    each(({ responsible, status }, code) => {
      const ofCaller = status >= 400 && status < 500;
      assert.equal(ofCaller, responsible === 'caller' || code === 'send-as-denied', `${code}: ${status}`);
    });
  });

  test("answers the operator's configuration with 502, send-as with 403", () => {
    each(({ responsible, retry, status }, code) => {
      if (responsible !== 'operator' || retry !== 'never') return;
      assert.equal(status, code === 'send-as-denied' ? 403 : (ownStatus[code] ?? 502), code);
    });
  });

  test("answers Microsoft's trouble and limits with 503, and such failures pass", () => {
    each(({ responsible, retry, status }, code) => {
      if (responsible === 'microsoft') {
        assert.equal(status, 503, code);
        assert.equal(typeof retry, 'object', code);
      }
      if (status === 503 && !(code in ownStatus)) assert.equal(typeof retry, 'object', code);
    });
  });

  test('answers 429 for the rate of the client alone', () => {
    each(({ status }, code) => assert.equal(status === 429, code === 'rate-limited', code));
  });

  test('tries again what happened to the network, and nothing that is about the content', () => {
    each(({ about, retry, stage }, code) => {
      if (about === 'network') assert.equal(typeof retry, 'object', code);
      if (about === 'message' && stage !== 'request' && code !== 'refused-by-server')
        assert.equal(retry, 'never', code);
      if (about === 'sender') assert.equal(retry, 'never', code);
      // A recipient may take the message later; how often that is tried has a bound.
      if (about === 'recipient' && typeof retry === 'object') assert.ok(retry.atMost, code);
    });
  });

  test('waits whole seconds, a day at most', () => {
    each(({ retry }, code) => {
      if (typeof retry !== 'object') return;
      assert.ok(Number.isInteger(retry.afterSeconds) && retry.afterSeconds > 0 && retry.afterSeconds <= 86_400, code);
      if (retry.atMost !== undefined) assert.ok(Number.isInteger(retry.atMost) && retry.atMost > 0, code);
    });
  });

  test('leaves the decision to the reply only where the reply is unknown', () => {
    assert.deepEqual(
      entries.filter(([, { retry }]) => retry === 'by-reply').map(([code]) => code),
      ['refused-by-server'],
    );
  });

  test('has one failure for each AADSTS number, OAuth error and system error', () => {
    const marks = entries.flatMap(([, { recognised }]) => [
      ...(recognised?.aadsts ?? []),
      ...(recognised?.oauthErrors ?? []),
      ...(recognised?.systemErrors ?? []),
    ]);
    assert.deepEqual(
      marks.filter((mark, at) => marks.indexOf(mark) !== at),
      [],
    );
  });

  test('waits for rights as long as Exchange Online takes to apply them', () => {
    assert.deepEqual(catalogue['mailbox-logon-failure'].retry, { afterSeconds: 900, atMost: 2 });
  });

  test('finds a message in doubt by its Message-ID', () => {
    const { steps, powershell } = catalogue['submission-in-doubt'].remedy;
    assert.ok(steps.some((step) => step.includes('{message_id}')));
    assert.match(powershell[1] ?? '', /^Get-MessageTraceV2 -MessageId \{message_id\} /);
  });

  test('has patterns that hold no state, so that one reply never changes how the next is read', () => {
    each(({ recognised }, code) => {
      for (const { enhanced, text } of recognised?.replies ?? []) {
        for (const pattern of [enhanced, text])
          if (pattern instanceof RegExp) assert.doesNotMatch(pattern.flags, /[gy]/, code);
      }
    });
  });

  test('tells both ways of granting rights where rights are the matter', () => {
    for (const code of ['smtp-auth-unsuccessful', 'mailbox-logon-failure', 'send-as-denied'] as const) {
      const { remedy } = catalogue[code];
      const told = [...remedy.steps, ...remedy.powershell].join('\n');
      assert.match(told, /FullAccess|SendAs/, code);
      assert.match(told, /RBAC for Applications/, code);
      assert.match(told, /Add-RecipientPermission -Identity \{(?:mailbox|from)\} -AccessRights SendAs/, code);
      assert.match(told, /Use one of the two ways only/, code);
    }
  });
});
