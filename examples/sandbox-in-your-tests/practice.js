/** Starts `exo-relay sandbox` as a process of its own, and speaks with its control API. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Starts it with any options of `exo-relay sandbox`, and resolves when it is ready. */
export async function startPractice(...options) {
  // What `npx exo-relay sandbox` runs; without npx in between, a signal reaches it.
  const command = fileURLToPath(import.meta.resolve('exo-relay/bin/exo-relay.js'));
  const child = spawn(process.execPath, [command, 'sandbox', '--json', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = await readyLine(child);

  /** Calls the control API; `body` is sent as JSON. */
  async function control(method, path, body) {
    const response = await fetch(new URL(path, ready.control_url), {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** What the relay waits with goes out now, as if the time for it had come. */
  async function carryOn() {
    const { relay_url, api_key, mailbox } = ready;
    const headers = { authorization: `Bearer ${api_key}`, 'content-type': 'application/json' };
    for (const path of [`mailboxes/${mailbox}/resume`, 'submissions/retry']) {
      const body = path === 'submissions/retry' ? JSON.stringify({ status: 'deferred' }) : '{}';
      const response = await fetch(new URL(path, relay_url), { method: 'POST', headers, body });
      if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    }
  }

  return {
    relay: { relayUrl: ready.relay_url, apiKey: ready.api_key, from: ready.mailbox },
    inboxUrl: ready.inbox_url,
    control,
    carryOn,
    async stop() {
      child.kill();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function readyLine(child) {
  let ready;
  for await (const line of createInterface(child.stdout)) {
    ready = JSON.parse(line);
    if (ready.event === 'sandbox-ready') break;
  }
  if (ready?.event !== 'sandbox-ready') throw new Error('exo-relay sandbox ended before it was ready.');
  // What the relay logs from now on is of no interest here, and must not fill the pipe.
  child.stdout.resume();
  return ready;
}
