/** The inbox as its reader meets it, in a browser: it can be read by everybody, renews itself, and hostile mail can do nothing in it. */

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { accessibilityOffences, missingBrowser, openBrowser, screens } from '../browser.ts';
import { catchMail } from './caught-mail.ts';
import { hostileMail, startElsewhere } from './hostile-mail.ts';
import { SmtpDialogue } from './smtp-dialogue.ts';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Whatever a page of a message can show. */
const full = Buffer.from(
  [
    'From: Contoso Buchhaltung <billing@contoso.example>',
    'To: Jane <jane@fabrikam.example>',
    'Cc: archive@fabrikam.example',
    'Subject: =?utf-8?Q?Ihre_Rechnung_=C3=BCber_1.284,50_=E2=82=AC?=',
    'Content-Type: multipart/mixed; boundary=m',
    '',
    '--m\r\nContent-Type: multipart/alternative; boundary=a\r\n',
    '--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGuten Tag',
    '--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p lang="de">Guten Tag <img id="logo" src="cid:logo" alt=""><img src="https://track.example/x" alt=""></p>',
    '--a\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Abnahme\r\nEND:VEVENT\r\nEND:VCALENDAR',
    '--a--',
    `--m\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\nContent-Disposition: inline; filename=logo.png\r\nContent-Transfer-Encoding: base64\r\n\r\n${pixel}`,
    '--m\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="Rechnung 4711.pdf"\r\n\r\n%PDF',
    '--m--\r\n',
  ].join('\r\n'),
);

describe('the inbox in a browser', { skip: missingBrowser }, () => {
  let sandbox: Sandbox;
  let browser: Browser;
  const closing: (() => Promise<void>)[] = [];
  before(async () => {
    sandbox = await startSandbox();
    browser = await openBrowser({ after: (close) => closing.push(close) });
  });
  after(async () => {
    for (const close of closing) await close();
    await sandbox.close();
  });
  beforeEach(() => sandbox.inbox.clear());

  const open = async (path: string, options: BrowserContextOptions = {}) => {
    const page = await (await browser.newContext(options)).newPage();
    await page.goto(new URL(path, sandbox.inboxUrl).href);
    return page;
  };

  const catchMessage = (raw: Buffer): string =>
    catchMail(sandbox, raw, ['jane@fabrikam.example', 'bcc@fabrikam.example']).id;

  async function beRefused(): Promise<void> {
    using dialogue = await SmtpDialogue.authenticated(sandbox);
    await dialogue.say(`MAIL FROM:<${sandbox.mailbox}>`);
    await dialogue.say('RCPT TO:<recipient-not-found@fabrikam.example>');
  }

  for (const [screen, options] of Object.entries(screens)) {
    test(`can be read by everybody, on ${screen}`, async () => {
      const looked = async (path: string) => {
        const page = await open(path, { ...options, bypassCSP: true });
        for (const details of await page.locator('details').all())
          await details.evaluate((each) => each.toggleAttribute('open', true));
        assert.deepEqual(await accessibilityOffences(page), [], path);
        const [inner, scrolled] = await page.evaluate<[number, number]>(
          '[innerWidth, document.documentElement.scrollWidth]',
        );
        assert.ok(scrolled <= inner, `${path} is ${scrolled} wide on a screen of ${inner}`);
        await page.context().close();
      };
      await looked('/');
      const id = catchMessage(full);
      await beRefused();
      await looked('/');
      await looked(`/?message=${id}`);
    });
  }

  test('shows a message with all it was made of', async () => {
    const page = await open(`/?message=${catchMessage(full)}`);
    assert.deepEqual(await page.getByRole('heading').allTextContents(), [
      'Ihre Rechnung über 1.284,50 €',
      ...['HTML', 'Text', 'Attachments', 'Calendar', 'Envelope', 'MIME parts', 'Headers'],
    ]);
    assert.match(await page.locator('#envelope').innerText(), /<bcc@fabrikam\.example> in no header \(Bcc\)/);
    assert.match(await page.locator('#calendar').innerText(), /Abnahme/);
    assert.match(await page.locator('#html').innerText(), /1 remote resource was blocked/);
    const logo = page.frameLocator('iframe').locator('#logo');
    assert.equal(await logo.evaluate((image) => Reflect.get(image, 'naturalWidth')), 1);
    await page.context().close();
  });

  test('shows what comes in without being asked, and keeps the focus and what was unfolded', async () => {
    const first = catchMessage(Buffer.from('Subject: First\r\n\r\n'));
    await beRefused();
    const page = await open('/');
    await page.locator('#live').waitFor();
    await page.locator('summary').click();
    await page.getByRole('link', { name: 'First' }).focus();
    catchMessage(Buffer.from('Subject: Second\r\n\r\n'));
    await page.getByRole('link', { name: 'Second' }).waitFor();
    assert.equal(await page.getByRole('status').textContent(), '2 messages, 1 refused');
    assert.equal(await page.evaluate("document.activeElement.getAttribute('href')"), `/?message=${first}`);
    assert.equal(await page.locator('details[open]').count(), 1);
    await page.context().close();
  });

  test('works without scripts', async () => {
    catchMessage(Buffer.from('Subject: First\r\n\r\nHello'));
    const page = await open('/', { javaScriptEnabled: false });
    assert.equal(await page.locator('meta[http-equiv=refresh]').count(), 1);
    await page.getByRole('link', { name: 'First' }).click();
    await page.getByRole('heading', { name: 'First' }).waitFor();
    assert.equal(await page.locator('meta[http-equiv=refresh]').count(), 0);
    await page.context().close();
  });

  test('is cleared by its button', async () => {
    catchMessage(full);
    const page = await open('/');
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.getByRole('heading', { name: 'No mail yet' }).waitFor();
    assert.equal(sandbox.inbox.messages.length, 0);
    await page.context().close();
  });

  test('is not cleared by the page of another site', async () => {
    await using elsewhere = await startElsewhere(sandbox.inboxUrl);
    catchMessage(full);
    const page = await open('/');
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.goto(elsewhere.url);
    assert.equal((await answered).status(), 403);
    assert.equal(sandbox.inbox.messages.length, 1);
    await page.context().close();
  });

  test('lets hostile mail neither script, nor navigate, nor call out, nor break out of its place', async () => {
    await using elsewhere = await startElsewhere(sandbox.inboxUrl);
    const id = catchMessage(hostileMail(elsewhere.url));
    for (const path of ['/', `/?message=${id}`, `/messages/${id}/html`, `/messages/${id}/source`, `/messages/${id}`]) {
      const page = await open(path);
      const context = page.context();
      const disturbances: string[] = [];
      page.on('dialog', (dialog) => disturbances.push(dialog.message()));
      context.on('page', (popup) => disturbances.push(popup.url()));
      const at = page.url();
      const title = await page.title();
      const frame = path.includes('?') ? page.frameLocator('iframe').first() : page;
      // Whoever opens the HTML alone and clicks a link there has asked to go there.
      const links = path.endsWith('/html') ? [] : ['#top', '#own'];
      for (const target of ['#button', '#blank', '#javascript', ...links]) {
        const found = frame.locator(target);
        if ((await found.count()) > 0) await found.click({ noWaitAfter: true });
      }
      // Drawn once, what was begun has shown itself.
      await page.screenshot();
      assert.equal(page.url(), at, path);
      assert.equal(await page.title(), title, path);
      assert.deepEqual(disturbances, [], path);
      await context.close();
    }
    assert.deepEqual(elsewhere.visits, []);
    assert.equal(sandbox.inbox.messages.length, 1);
  });

  test('hands out hostile files under harmless names', async () => {
    await using elsewhere = await startElsewhere(sandbox.inboxUrl);
    const page = await open(`/?message=${catchMessage(hostileMail(elsewhere.url))}`);
    const names: string[] = [];
    for (const link of await page.locator('.files a').all()) {
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      names.push(download.suggestedFilename());
    }
    assert.equal(names.length, 3);
    for (const name of names) assert.match(name, /^[^/\\\u202e<>"]+$/);
    assert.match(names[0] ?? '', /rechnung_fdp\.html$/);
    await page.context().close();
  });
});
