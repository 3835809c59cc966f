/** The outbox in memory keeps the contract, so that a test on it says something of those that are durable. */

import { MemoryOutbox } from './memory-outbox.ts';
import { outboxContract } from './outbox-contract.ts';

outboxContract('in memory', async (bounds) => new MemoryOutbox(bounds));
