/** What is shipped as a container: read and linted here, since building it needs an engine; the health check is run for real. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { suite, test } from 'node:test';
import { parse } from 'yaml';
import { fileVariable } from '../src/config/setting.ts';
import { settingRows } from '../src/config/settings.ts';
import { createCertificateAuthority } from '../src/sandbox/certificates.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const settings = new Set(settingRows.flatMap(([name]) => [name, fileVariable(name)]));

suite('the Dockerfile', () => {
  const text = read('Dockerfile');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const lastStage = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));

  test('passes the linter', () => {
    const linter = join(root, 'node_modules/.bin/dockerfilelint');
    const { stdout } = spawnSync(process.execPath, [linter, '-o', 'json', join(root, 'Dockerfile')], {
      encoding: 'utf8',
    });
    assert.equal(JSON.parse(stdout).totalIssues, 0, stdout);
  });

  test('builds on the official Node of the version that the relay needs, the slim one', () => {
    const images = lines.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1]);
    const { engines } = JSON.parse(read('package.json'));
    assert.deepEqual(new Set(images), new Set([`node:${engines.node.replace(/\D/g, '')}-slim`]));
    assert.equal(images.length, 3);
  });

  test('copies only what exists and what .dockerignore lets through', () => {
    const ignore = read('.dockerignore').split('\n');
    assert.ok(ignore.includes('*'));
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    assert.ok(copied.length > 5);
    for (const path of copied) {
      assert.ok(existsSync(join(root, path)), path);
      assert.ok(ignore.includes(`!${path}`), `${path} is ignored`);
    }
  });

  test('leaves no packages of development in the image, and runs no scripts of packages', () => {
    assert.match(text, /npm ci --omit=dev --ignore-scripts/);
    assert.ok(lines.filter((line) => line.includes('npm ci')).every((line) => line.includes('--ignore-scripts')));
    assert.ok(lastStage.includes('COPY --from=packages /app/node_modules node_modules'));
    assert.ok(lastStage.every((line) => !line.startsWith('RUN ')));
  });

  test('keeps what the relay accepts in a volume that belongs to its user', () => {
    const [, folder] = / DATA_DIR=(\S+)/.exec(lastStage.find((line) => line.startsWith('ENV ')) ?? '') ?? [];
    assert.ok(lastStage.includes(`VOLUME ["${folder}"]`));
    assert.ok(lines.some((line) => line.startsWith('RUN ') && line.endsWith(`mkdir -m 700 ${folder}`)));
    const place = (line: string) => lastStage.findIndex((each) => each.startsWith(line));
    assert.ok(
      place('COPY --from=packages --chown=node:node') < place('VOLUME '),
      'a volume takes what is there before',
    );
  });

  test('runs as a user who owns nothing but the volume, and is asked whether it lives', () => {
    assert.ok(lastStage.includes('USER node'));
    assert.deepEqual(
      lastStage.filter((line) => line.includes('--chown')),
      ['COPY --from=packages --chown=node:node /data /data'],
    );
    const check = lastStage.find((line) => line.startsWith('HEALTHCHECK '));
    assert.match(check ?? '', /CMD \["node", "bin\/health-check\.js"\]$/);
    assert.ok(lastStage.includes('ENTRYPOINT ["node", "bin/exo-relay.js"]'));
    assert.match(read('bin/health-check.js'), /\/health\/live/);
  });
});

test('neither git nor the image takes what a relay keeps beside its sources', () => {
  const folder = `${settingRows.find(([name]) => name === 'DATA_DIR')?.[1].default}/`;
  assert.ok(read('.gitignore').split('\n').includes(`/${folder}`));
  assert.ok(!read('.dockerignore').includes(`!${folder}`));
});

suite('docker-compose.yml', () => {
  const { services, secrets, networks, volumes } = parse(read('docker-compose.yml'), { merge: true });

  test('gives the relay settings that it knows, and its secrets as files', () => {
    const { environment, secrets: mounted } = services.relay;
    assert.deepEqual(
      Object.keys(environment).filter((name) => !settings.has(name)),
      [],
    );
    const files = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'));
    assert.deepEqual(
      files.map(([, path]) => path),
      mounted.map((name: string) => `/run/secrets/${name}`),
    );
    for (const name of mounted) assert.equal(secrets[name].file, `./secrets/${name}`);
    for (const path of ['.gitignore']) assert.ok(read(path).split('\n').includes('secrets/'));
  });

  test('lets nothing write outside its volume, and nobody in but from this machine', () => {
    assert.deepEqual(services.relay.volumes, ['relay-data:/data']);
    assert.ok('relay-data' in volumes);
    for (const service of [services.relay, services.redis]) {
      assert.equal(service.read_only, true);
      assert.deepEqual(service.cap_drop, ['ALL']);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
      assert.equal(service.restart, 'unless-stopped');
    }
    assert.deepEqual(services.relay.ports, ['127.0.0.1:8080:8080']);
    assert.equal('ports' in services.redis, false);
    assert.deepEqual(services.redis.networks, ['inside']);
    assert.equal(networks.inside.internal, true);
  });

  test('has a Redis that the relay uses, but does not wait for', () => {
    const { hostname } = new URL(services.relay.environment.REDIS_URL);
    assert.ok(hostname in services);
    assert.ok(services.relay.networks.includes('inside'));
    assert.equal('depends_on' in services.relay, false);
  });

  test('has a Redis that acknowledges what is on disk, and evicts nothing', () => {
    const { command, volumes: mounts, healthcheck } = services.redis;
    const option = (name: string) => command[command.indexOf(name) + 1];
    assert.equal(option('--appendonly'), 'yes');
    assert.equal(option('--appendfsync'), 'always');
    assert.equal(option('--maxmemory-policy'), 'noeviction');
    assert.deepEqual(mounts, ['redis-data:/data']);
    assert.ok('redis-data' in volumes);
    assert.deepEqual(healthcheck.test, ['CMD', 'redis-cli', 'ping']);
  });

  test('waits longer for a stop than the relay takes', () => {
    const shutdown = settingRows.find(([name]) => name === 'SHUTDOWN_TIMEOUT')?.[1];
    assert.ok(Number.parseInt(services.relay.stop_grace_period, 10) > Number(shutdown?.default));
  });
});

suite('the workflow', () => {
  const { permissions, jobs } = parse(read('.github/workflows/ci.yml'));
  const steps: { uses?: string; run?: string }[] = Object.values<{ steps: [] }>(jobs).flatMap((job) => job.steps);

  test('runs .ci/run with nothing but the right to read', () => {
    assert.deepEqual(permissions, { contents: 'read' });
    assert.ok(steps.some(({ run }) => run === '.ci/run'));
  });

  test('uses actions by the hash of their commit', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    assert.ok(used.length > 0);
    for (const action of used) assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });
});

suite('the health check', () => {
  const answering =
    (status: number): RequestListener =>
    (request, response) =>
      response.writeHead(request.url === '/health/live' ? status : 404).end();

  /** The exit code of the check against a server on loopback. */
  async function checked(server: Server, env: Record<string, string> = {}): Promise<number> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const child = spawn(process.execPath, [join(root, 'bin/health-check.js')], {
      env: { PORT: String(port), ...env },
      stdio: 'ignore',
    });
    const [code] = await once(child, 'exit');
    server.close();
    return code;
  }

  test('is passed by a relay that answers 200, and by no other answer', async () => {
    assert.equal(await checked(createServer(answering(200))), 0);
    assert.equal(await checked(createServer(answering(503))), 1);
  });

  test('is not passed where nobody listens', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'bin/health-check.js')], {
      env: { PORT: '1' },
      encoding: 'utf8',
    });
    assert.equal(status, 1);
    assert.match(stderr, /did not answer/);
  });

  test("is passed over TLS by the relay's own certificate, and by no other", async () => {
    const authority = await createCertificateAuthority();
    const other = await (await createCertificateAuthority()).issue('valid');
    const own = await authority.issue('other-host');
    const folder = mkdtempSync(join(tmpdir(), 'exo-relay-health-'));
    const file = join(folder, 'cert.pem');
    writeFileSync(file, own.cert);
    assert.equal(await checked(createTlsServer(own, answering(200)), { TLS_CERT_FILE: file }), 0);
    assert.equal(await checked(createTlsServer(other, answering(200)), { TLS_CERT_FILE: file }), 1);
  });
});
