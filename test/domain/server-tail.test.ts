/** What Exchange Online calls a transaction is found at the end of its replies, and nothing else is taken for it. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { serverTailOf } from '../../src/domain/server-tail.ts';

suite('the tail of a reply', () => {
  test('names host, time and id', () => {
    assert.equal(
      serverTailOf(
        'Authentication unsuccessful [VI1PR0902CA0036.eurprd09.prod.outlook.com 2024-03-20T10:27:56.998Z 08DC48BEE95C08E5]',
      ),
      'VI1PR0902CA0036.eurprd09.prod.outlook.com 2024-03-20T10:27:56.998Z 08DC48BEE95C08E5',
    );
  });

  test('names the host that took a message', () => {
    assert.equal(
      serverTailOf('OK <01J@contoso.example> [Hostname=DM5SPR00MB2471.namprd08.prod.outlook.com]'),
      'Hostname=DM5SPR00MB2471.namprd08.prod.outlook.com',
    );
  });

  test('may be a host alone', () => {
    assert.equal(
      serverTailOf('Unrecognized parameter [DM3NAM03FT051.eop-NAM03.prod.protection.outlook.com]\r\n'),
      'DM3NAM03FT051.eop-NAM03.prod.protection.outlook.com',
    );
  });

  test('is the last of several', () => {
    assert.equal(serverTailOf('Rejected [A.prod.outlook.com 1 2] [B.prod.outlook.com 3 4]'), 'B.prod.outlook.com 3 4');
  });

  test('is not what stands before the end, an IP address, or brackets that name no host', () => {
    for (const text of [
      '',
      'Queued',
      'From [A.prod.outlook.com] (AS761)',
      'Try again from [192.0.2.2]',
      'Rejected []',
      'Rejected [spam]',
      'Rejected [see the page of the sender]',
      'Half of a host [A.prod.outlook.com',
    ]) {
      assert.equal(serverTailOf(text), null, text);
    }
  });

  test('is found in no time, however long a reply is', () => {
    assert.equal(serverTailOf(`${'['.repeat(1_000_000)}${'a.'.repeat(500_000)}`), null);
    assert.equal(serverTailOf(`${'x'.repeat(1_000_000)} [a.example]`), 'a.example');
  });
});
