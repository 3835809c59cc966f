/** The process of the bare route: Fastify with its own reader of JSON and the schema of a message, and nothing behind them. */

import Fastify from 'fastify';
import { SendBody } from '../../src/http/schemas.ts';
import { answerEach, ready } from '../child.ts';
import type { BareRouteReady } from './bare-route.ts';

/** As large as a receipt. */
const RECEIPT = {
  id: '01M85QQP3S2W1B9Q6FCGZ8J7XN',
  status: 'submitted',
  message_id: '<01M85QQP3S2W1B9Q6FCGZ8J7XN@contoso.example>',
  mailbox: 'billing@contoso.example',
  accepted: ['customer-0000001@fabrikam.example'],
  rejected: [],
  reply: { code: 250, enhanced: '2.0.0', text: `OK ${'x'.repeat(110)}` },
  attempts: 1,
};

const server = Fastify({
  logger: false,
  ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, allErrors: true } },
});
server.setReplySerializer((payload) => `${JSON.stringify(payload, null, 2)}\n`);
server.post('/send', { schema: { body: SendBody } }, async () => RECEIPT);

const url = await server.listen({ host: '127.0.0.1', port: 0 });
answerEach(() => ({}));
ready<BareRouteReady>({ url });
