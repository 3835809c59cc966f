/** Mail that tries what a page must withstand, and a server elsewhere that notices whoever calls. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Elsewhere extends AsyncDisposable {
  readonly url: string;
  /** Paths that were asked for. */
  readonly visits: readonly string[];
}

/** Starts the server; each of its pages posts a form to `target`. */
export async function startElsewhere(target: string): Promise<Elsewhere> {
  const visits: string[] = [];
  const server = createServer((request, response) => {
    visits.push(request.url ?? '');
    response.setHeader('content-type', 'text/html');
    response.end(
      `<form method="post" action="${target}clear"><button>Go</button></form><script>document.querySelector('form').submit()</script>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    visits,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Calls `elsewhere` in all the ways that HTML and CSS know, breaks out of tags, and hides how its files end. */
export function hostileMail(elsewhere: string): Buffer {
  const script = `<script>top.location='${elsewhere}/script'</script>`;
  const html = `</iframe></title>${script}
<meta http-equiv="refresh" content="0;url=${elsewhere}/refresh"><base href="${elsewhere}/"><link rel="stylesheet" href="${elsewhere}/sheet">
<link rel="prefetch" href="${elsewhere}/prefetch"><style>@import "${elsewhere}/import"; @font-face { font-family: x; src: url(${elsewhere}/font) } p { font-family: x }</style>
<img src="${elsewhere}/image" onerror="top.location='${elsewhere}/onerror'"><img src="x" onerror="parent.document.title='taken'"><img src="/clear">
<svg onload="alert(1)"><image href="${elsewhere}/svg"/><script>alert(2)</script></svg><p style="background:url(${elsewhere}/css)">text</p>
<iframe src="${elsewhere}/frame"></iframe><iframe srcdoc="<script>alert(3)</script>"></iframe><object data="${elsewhere}/object"></object><embed src="${elsewhere}/embed">
<video src="${elsewhere}/video" poster="${elsewhere}/poster" autoplay></video><form action="${elsewhere}/form" target="_top"><button id="button">Pay</button></form>
<a id="top" href="${elsewhere}/top" target="_top">top</a> <a id="blank" href="${elsewhere}/blank" target="_blank">blank</a>
<a id="javascript" href="javascript:alert(4)">javascript</a> <a id="own" href="${elsewhere}/own">own</a>`;
  return Buffer.from(
    [
      `Subject: </title>${script}"'><img src=x onerror=alert(5)>`,
      `From: "<img src=x onerror=alert(6)>" <x@contoso.example>`,
      `To: "${'</dd></dl>'}<svg/onload=alert(7)>" <y@fabrikam.example>`,
      `X-<b>Evil</b>: ${script}`,
      'Content-Type: multipart/mixed; boundary=x',
      '',
      '--x\r\nContent-Type: text/plain\r\n',
      `</bdi></pre>${script}\u202e`,
      '--x\r\nContent-Type: text/html; charset=utf-8\r\n',
      html,
      '--x\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename="../..\\\\rechnung\u202efdp.html"\r\n',
      script,
      '--x\r\nContent-Type: image/svg+xml\r\nContent-Disposition: attachment; filename="\\"><svg onload=alert(8)>.svg"\r\n',
      '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(9)"/>',
      '--x\r\nContent-Type: text/calendar\r\n',
      `BEGIN:VEVENT\r\nSUMMARY:${script}\r\nEND:VEVENT`,
      '--x--\r\n',
    ].join('\r\n'),
  );
}
