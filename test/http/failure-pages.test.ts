/** The pages on failures, as a browser shows them: readable for everybody, light and dark, at a desk and on a phone. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { accessibilityOffences, missingBrowser, openBrowser, screens } from '../browser.ts';
import { recordingRelay } from './recording-relay.ts';

const paths = ['/failures', '/failures/smtp-auth-unsuccessful', '/failures/server-busy', '/failures/recipient-not'];

suite('the pages on failures', { skip: missingBrowser }, () => {
  for (const [name, screen] of Object.entries(screens)) {
    test(`are readable for everybody on ${name}, and no wider than it`, async (t) => {
      const { server } = recordingRelay();
      const origin = await server.listen({ host: '127.0.0.1', port: 0 });
      t.after(() => server.close());
      const browser = await openBrowser(t);
      const context = await browser.newContext({ ...screen, bypassCSP: true });
      for (const path of paths) {
        const page = await context.newPage();
        await page.goto(origin + path);
        assert.deepEqual(await accessibilityOffences(page), [], path);
        assert.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false, path);
        await page.close();
      }
    });
  }

  test('are styled under their own policy, ask for nothing else, and lead from the list to a failure by the keyboard', async (t) => {
    const { server } = recordingRelay();
    const origin = await server.listen({ host: '127.0.0.1', port: 0 });
    t.after(() => server.close());
    const page = await (await openBrowser(t)).newPage({ colorScheme: 'dark' });
    const complaints: string[] = [];
    const asked: string[] = [];
    page.on('console', (line) => complaints.push(line.text()));
    page.on('request', (request) => asked.push(request.url().replace(/^data:.*/, 'data:')));
    await page.goto(`${origin}/failures`);
    const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    assert.equal(ground, 'rgb(18, 21, 26)');
    await page.getByRole('link', { name: 'The recipient does not exist' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/failures/recipient-not-found');
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'The recipient does not exist');
    assert.deepEqual(complaints, []);
    assert.deepEqual(
      asked.filter((url) => url !== 'data:'),
      [`${origin}/failures`, `${origin}/failures/recipient-not-found`],
    );
  });
});
