/** The one script of the inbox page: what comes in appears by itself. Everything works without it. */

import { createHash } from 'node:crypto';

/**
 * While the page is looked at, each change renews list and counts in place, and the focus stays where it was.
 * A hidden page holds no connection: browsers allow six to a server.
 */
export const SCRIPT = `
let source, busy = false, again = false;
async function renew() {
  if (busy) { again = true; return; }
  busy = true;
  try {
    const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
    const focused = document.activeElement?.getAttribute('href'), unfolded = document.activeElement?.parentElement?.id;
    for (const id of ['list', 'clear']) {
      const place = document.getElementById(id), renewed = fresh.getElementById(id);
      if (!place || !renewed) continue;
      for (const { id } of place.querySelectorAll('details[open]')) fresh.getElementById(id)?.setAttribute('open', '');
      if (place.innerHTML !== renewed.innerHTML) place.innerHTML = renewed.innerHTML;
    }
    const count = document.getElementById('count'), text = fresh.getElementById('count').textContent;
    if (count.textContent !== text) count.textContent = text;
    if (document.activeElement !== document.body) return;
    if (focused) document.querySelector('#list a[href="' + CSS.escape(focused) + '"]')?.focus();
    else if (unfolded) document.getElementById(unfolded)?.querySelector('summary')?.focus();
  } catch {
    // The server is gone; EventSource comes back when it is there again.
  } finally {
    busy = false;
    if (again) { again = false; renew(); }
  }
}
function listen() {
  const live = document.getElementById('live');
  if (document.hidden) { source?.close(); source = undefined; return; }
  if (source) return;
  source = new EventSource('/events');
  source.onopen = () => { live.hidden = false; };
  source.onerror = () => { live.hidden = true; };
  source.onmessage = renew;
}
document.addEventListener('visibilitychange', listen);
addEventListener('pagehide', () => { source?.close(); source = undefined; });
addEventListener('pageshow', listen);
`;

/** As a source of a Content-Security-Policy. */
export const SCRIPT_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;
