import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { SmtpConnection } from '../../src/sandbox/smtp-connection.ts';

describe('A connection', () => {
  let client: Socket;
  let connection: SmtpConnection;

  beforeEach(async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    client = connect({
      port: typeof address === 'object' ? (address?.port ?? 0) : 0,
      host: '127.0.0.1',
      noDelay: true,
    });
    const [socket] = (await once(server, 'connection')) as [Socket];
    server.close();
    connection = new SmtpConnection(socket, 'server.example');
  });
  afterEach(() => {
    client.destroy();
  });

  it('reads lines one by one, and null at the end', async () => {
    client.end('one\r\ntwo\nmore\r\nhalf');
    assert.deepEqual(
      [await connection.line(), await connection.line(), await connection.line()],
      ['one', 'two\nmore', null],
    );
  });

  it('reads data up to the limit, and the line behind it', async () => {
    client.write('12345678\r\n.\r\nQUIT\r\n');
    assert.equal((await connection.data(10))?.toString(), '12345678\r\n');
    assert.equal(await connection.line(), 'QUIT');
  });

  it('drops data beyond the limit, and goes on behind it', async () => {
    client.write(`${'x'.repeat(100_000)}\r\n.\r\nQUIT\r\n`);
    assert.equal(await connection.data(10), 'too-large');
    assert.equal(await connection.line(), 'QUIT');
  });

  it('finds the end of data wherever the segments part', async () => {
    const wire = 'a\r\n..b\r\n.\r\n';
    for (let at = 1; at < wire.length; at += 1) {
      const data = connection.data(100);
      client.write(wire.slice(0, at));
      await new Promise((resolve) => setTimeout(resolve, 2));
      client.write(wire.slice(at));
      assert.equal((await data)?.toString(), 'a\r\n.b\r\n', `parted at ${at}`);
    }
  });

  it('has no data when the client leaves in the middle of it', async () => {
    client.end('a\r\n.');
    assert.equal(await connection.data(100), null);
  });

  it('counts octets, and no line ends', async () => {
    client.write('a\r\n.\r\nbNOOP\r\n');
    assert.equal((await connection.octets(7, true))?.toString(), 'a\r\n.\r\nb');
    assert.equal(await connection.line(), 'NOOP');
  });

  it('puts replies to one batch into one piece', async () => {
    connection.reply('250-a\n250 b');
    connection.reply('251 c');
    const [piece] = await once(client, 'data');
    assert.equal(piece.toString(), '250-a\r\n250 b\r\n251 c\r\n');
  });
});
