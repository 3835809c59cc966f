import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { htmlPart, remoteReferences } from '../../src/sandbox/html-part.ts';

function inline(content_id: string, url: string) {
  return { filename: null, content_type: 'image/png', content_id, disposition: 'inline', size: 1, url };
}

describe('The HTML of a message', () => {
  it('has its inline images led to the inbox, each to its own', () => {
    const html = '<img src="cid:logo"><img src=cid:logo2><p style="background:url(CID:a%40b)"><img src=\'cid:none\'>';
    assert.equal(
      htmlPart(html, [inline('logo', '/0'), inline('logo2', '/1'), inline('a@b', '/2')]),
      '<img src="/0"><img src=/1><p style="background:url(/2)"><img src=\'cid:none\'>',
    );
  });

  it('tells which addresses elsewhere it would have a browser load, each once, and no links', () => {
    const html = `<img src="https://a.example/1.png"><img src=//b.example/2.png><IMG SRC='https://a.example/1.png'>
      <a href="https://link.example/">x</a><img srcset="https://c.example/1x 1x, https://c.example/2x 2x"><img src="cid:x">
      <td background="http://d.example/"><link rel=stylesheet href="https://e.example/s.css">
      <style>@import "https://f.example/f.css"; p { background: url( 'https://g.example/g' ) }</style>`;
    assert.deepEqual(remoteReferences(html).sort(), [
      '//b.example/2.png',
      'http://d.example/',
      'https://a.example/1.png',
      'https://c.example/1x',
      'https://c.example/2x',
      'https://e.example/s.css',
      'https://f.example/f.css',
      'https://g.example/g',
    ]);
  });
});
