/** How to be refused by the relay itself, code by code. */

import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { SmtpSubmissionClient } from '../../src/adapters/smtp/submission-client.ts';
import { pendingRecipients } from '../../src/domain/submission.ts';
import { deliver } from '../../src/relay/deliver.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { tenantOf, tokensOf, trustOf } from '../adapters/entra/sandbox-tokens.ts';
import { recordingEvents } from '../events.ts';
import { submitted } from '../http/outcomes.ts';
import { dialogue, type RawAnswer, sendRequest } from '../http/raw-socket.ts';
import { MAILBOX, message, route as ofMailbox } from '../http/recording-relay.ts';
import { RelayInProcess, type RoutedTenant } from './relay-in-process.ts';
import type { Answer, AnswerBody } from './relay-process.ts';

/** Exchange Online takes so many connections of a mailbox, and the relay makes no more. */
const PER_MAILBOX = 3;

/** Provokes one refusal; `relay` submits to nobody. */
export type Refusal = (relay: RelayInProcess) => Promise<Answer>;

const posting =
  (changes: object): Refusal =>
  (relay) =>
    relay.send({ ...message, ...changes });

const attached = (file: object): Refusal =>
  posting({ attachments: [{ filename: 'invoice.pdf', content: 'SW52b2ljZQ==', ...file }] });

/** Where nobody listens: the relay must have refused before it gets there. */
export const nowhere: RoutedTenant = {
  tenantId: crypto.randomUUID(),
  clientId: crypto.randomUUID(),
  clientSecret: crypto.randomUUID().repeat(2),
  authorityHost: 'https://localhost:1',
  smtpHost: 'localhost',
  smtpPort: 1,
  mailboxes: [MAILBOX],
};

/** A relay whose requests go no further than the relay. */
export function startRelayToNowhere(rate?: string): Promise<RelayInProcess> {
  return RelayInProcess.start([nowhere], {}, { rate });
}

/** Own limits of the relay stand last: those that take long to reach are met in a relay that has less of them. */
export const refusalsOfTheRelay: Readonly<Record<string, Refusal>> = {
  'invalid-request': posting({ attachement: [] }),
  'no-recipient': posting({ to: [] }),
  'no-content': posting({ text: '' }),
  'address-invalid': posting({ to: 'jane@' }),
  'value-invalid': posting({ in_reply_to: '4711' }),
  'header-injection': posting({ subject: 'Invoice\r\nBcc: jane@fabrikam.example' }),
  'header-not-allowed': posting({ headers: { Date: 'yesterday' } }),
  'control-characters': posting({ subject: 'Invoice \u0007' }),
  'attachment-invalid': attached({ content_type: 'pdf' }),
  'attachment-not-base64': attached({ content: '%PDF' }),
  'schedule-invalid': posting({ scheduled_at: '2020-01-01T00:00:00Z' }),
  'unsupported-media-type': (relay) => relay.send(message, { 'content-type': 'text/plain' }),
  unauthenticated: (relay) => relay.send(message, { authorization: 'Bearer of-no-client' }),
  'forbidden-scope': (relay) => relay.send(message, { authorization: `Bearer ${relay.readersKey}` }),
  'sender-not-allowed': posting({ from: 'ceo@contoso.example' }),
  'not-found': (relay) => relay.ask('/nowhere', { headers: { authorization: `Bearer ${relay.key}` } }),
  'method-not-allowed': (relay) => relay.ask('/send', { headers: { authorization: `Bearer ${relay.key}` } }),
  'rate-limited': async () => {
    await using relay = await startRelayToNowhere('1/h');
    await relay.send({ ...message, retry: false });
    return await relay.send(message);
  },
  'request-timeout': async () => {
    await using talk = await dialogue({ requestTimeout: 40 });
    talk.socket.write(sendRequest(talk.key, JSON.stringify(message)).slice(0, -10));
    const [answer] = await talk.answers;
    return heard(answer);
  },
  'relay-busy': async () => {
    const body = JSON.stringify(message);
    const over = Promise.withResolvers<void>();
    await using talk = await dialogue({
      options: { maxBodyBytesInFlight: body.length, bodyPatience: 20 },
      deliver: async (held) => {
        await over.promise;
        return submitted(held);
      },
    });
    talk.socket.write(sendRequest(talk.key, body));
    while (talk.submissions.length === 0) await turn();
    const answer = await post(talk, body);
    over.resolve();
    return answer;
  },
  'mailbox-busy': async () => {
    await using sandbox = await startSandbox({ submissionFault: 'connection-timeout' });
    const { tokens } = tokensOf(sandbox);
    const { events } = recordingEvents();
    const ehloName = 'relay.contoso.example';
    const client = new SmtpSubmissionClient({ ehloName, trust: trustOf(sandbox), events, maxWaiting: 0 });
    await using talk = await dialogue({
      // A relay as a whole makes no more attempts than there are connections; this is what is behind it.
      deliver: async (held) => {
        const route = { ...ofMailbox, tenant: tenantOf(sandbox) };
        const attempt = { begun: () => {}, beforeFinalDot: async () => {} };
        const recipients = pendingRecipients(held);
        await deliver(
          { submission: held, route, content: held.content, recipients, ...attempt },
          { tokens, client, events },
        );
        return submitted(held);
      },
    });
    const body = JSON.stringify(message);
    const held = Array.from({ length: PER_MAILBOX }, () => post(talk, body));
    while (sandbox.counts.connections < held.length) await turn();
    const answer = await post(talk, body);
    client.cut();
    await Promise.all(held);
    return answer;
  },
  'shutting-down': async () => {
    await using sandbox = await startSandbox({ submissionFault: 'connection-timeout', mailbox: MAILBOX });
    const settings = { EXTRA_CA_FILE: sandbox.caFile, SHUTDOWN_TIMEOUT: '0.2' };
    const relay = await RelayInProcess.start([{ ...sandbox, mailboxes: [MAILBOX] }], settings);
    const answer = relay.send({ ...message, retry: false });
    while (sandbox.counts.connections === 0) await turn();
    await relay[Symbol.asyncDispose]();
    return await answer;
  },
};

async function post({ port, key }: { port: number; key: string }, body: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await fetch(`http://127.0.0.1:${port}/send`, { method: 'POST', headers, body });
  return { status: response.status, headers: response.headers, body: (await response.json()) as AnswerBody };
}

/** An answer that came over a bare socket. */
function heard(answer: RawAnswer | undefined): Answer {
  assert.ok(answer);
  const lines = answer.head.split('\r\n').slice(1);
  const headers = new Headers(lines.map((line) => line.split(/: (.*)/, 2) as [string, string]));
  return { status: answer.status, headers, body: JSON.parse(JSON.stringify(answer.body)) };
}
