/** The tree keeps the rules that ARCHITECTURE.md states: who imports whom, and what stands where. */

import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { suite, test } from 'node:test';

const root = resolve(import.meta.dirname, '..');
const source = join(root, 'src');

interface SourceFile {
  /** Below src, with slashes: `domain/mailbox.ts`. */
  readonly path: string;
  readonly text: string;
  /** Without comments. */
  readonly code: string;
  readonly imports: readonly Import[];
}

interface Import {
  /** As written. */
  readonly specifier: string;
  /** Of ours: the path below src. Of a package: its name. Of Node: with its prefix. */
  readonly target: string;
  readonly kind: 'ours' | 'package' | 'node';
}

const files: readonly SourceFile[] = globSync('**/*.ts', { cwd: source })
  .map((path) => path.replaceAll('\\', '/'))
  .sort()
  .map((path) => {
    const text = readFileSync(join(source, path), 'utf8');
    return { path, text, code: withoutComments(text), imports: importsOf(path, text) };
  });

/** Statements of import and export stand at the start of a line; `import()` and `require` may stand anywhere. */
function importsOf(path: string, text: string): Import[] {
  const statements = /^(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*['"]([^'"]+)['"]/gm;
  const calls = /\b(?:import|require)\(\s*['"`]([^'"`]+)/g;
  return [...text.matchAll(statements), ...withoutComments(text).matchAll(calls)].map(([, specifier = '']) => {
    if (specifier.startsWith('.')) {
      const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
      return { specifier, target, kind: 'ours' };
    }
    if (isBuiltin(specifier)) return { specifier, target: specifier, kind: 'node' };
    const target = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
    return { specifier, target, kind: 'package' };
  });
}

/** Whole lines of comment, and comments over several lines; enough for code that the formatter has formatted. */
function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*\*?[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
}

/** A room is a folder, given as `domain/`, or a file. */
function isIn(path: string, room: string): boolean {
  return room.endsWith('/') ? path.startsWith(room) : path === room;
}

const filesIn = (...rooms: string[]) => files.filter(({ path }) => rooms.some((room) => isIn(path, room)));

/** Each offence as `file imports specifier`. */
function offences(of: readonly SourceFile[], isAllowed: (imported: Import, path: string) => boolean): string[] {
  return of.flatMap(({ path, imports }) =>
    imports.filter((each) => !isAllowed(each, path)).map(({ specifier }) => `src/${path} imports ${specifier}`),
  );
}

function assertNone(found: readonly string[], rule: string): void {
  assert.equal(found.length, 0, `${rule}:\n  ${found.join('\n  ')}`);
}

suite('imports', () => {
  /** What of ours a room may import besides itself. */
  const rooms: Record<string, readonly string[]> = {
    'domain/': [],
    'ports.ts': ['domain/'],
    'ports/': ['domain/'],
    'relay/': ['ports.ts', 'ports/', 'domain/'],
    'adapters/': ['ports.ts', 'ports/', 'domain/'],
    'http/': ['relay/', 'ports.ts', 'ports/', 'domain/', 'config/version.ts'],
    // The second for the script that writes the documents.
    'config/': ['domain/', 'sandbox/scenario-document.ts'],
    'sandbox/': ['domain/smtp-reply.ts'],
    'compose.ts': ['adapters/', 'config/', 'http/', 'relay/', 'ports.ts', 'ports/', 'domain/'],
    'commands/': ['compose.ts', 'config/', 'sandbox/', 'ports.ts'],
    'main.ts': ['commands/', 'config/'],
  };

  test('are looked at in every file, and every file is in a room', () => {
    assert.ok(files.length > 40, `only ${files.length} files were found`);
    assert.ok(files.flatMap(({ imports }) => imports).length > 100, 'hardly any import was found');
    const homeless = files.filter(({ path }) => !Object.keys(rooms).some((room) => isIn(path, room)));
    assertNone(
      homeless.map(({ path }) => `src/${path}`),
      'a file belongs into one of the rooms',
    );
  });

  test('are found in each of their forms', () => {
    const text = `import 'a';
import b from 'b';
import type { c } from "c/d";
import {
  d,
} from '@d/e/f';
export * from './e.ts';
export type { F } from '../f.ts';
const g = await import('g');
// import h from 'h';
export const i = 'from';`;
    assert.deepEqual(
      importsOf('x/y.ts', text).map(({ target }) => target),
      ['a', 'b', 'c', '@d/e', 'x/e.ts', 'f.ts', 'g'],
    );
  });

  for (const [room, allowed] of Object.entries(rooms)) {
    test(`of ${room} are ${['itself', ...allowed].join(', ')}, and nothing else of ours`, () => {
      const reach = [room, ...allowed];
      const isAllowed = ({ kind, target }: Import) => kind !== 'ours' || reach.some((each) => isIn(target, each));
      assertNone(offences(filesIn(room), isAllowed), `${room} may import only ${reach.join(', ')}`);
    });
  }

  test('of domain are pure: no package, and of Node nothing but node:url, which parses', () => {
    const isAllowed = ({ kind, target }: Import) => kind === 'ours' || target === 'node:url';
    assertNone(offences(filesIn('domain/'), isAllowed), 'domain has neither I/O nor packages');
  });

  test('of the ports are types alone', () => {
    const ports = filesIn('ports.ts', 'ports/');
    assert.ok(ports.length > 1);
    const values = ports.flatMap(({ path, code }) =>
      (code.match(/^import (?!type ).*/gm) ?? []).map((line) => `src/${path}: ${line}`),
    );
    assertNone(values, 'ports are types only');
    assertNone(
      offences(ports, ({ kind }) => kind === 'ours'),
      'ports know no package',
    );
  });

  test('of relay are neither packages nor I/O', () => {
    assertNone(
      offences(filesIn('relay/'), ({ kind }) => kind === 'ours'),
      'relay knows ports only',
    );
  });

  test('of an adapter do not lead into another adapter', () => {
    const isAllowed = ({ target }: Import, path: string) => {
      const theirs = /^adapters\/(\w+)\//.exec(target)?.[1];
      return theirs === undefined || path.startsWith(`adapters/${theirs}/`);
    };
    assertNone(offences(filesIn('adapters/'), isAllowed), 'adapters know nothing of each other');
  });

  test('are written with their extension, and of Node with its prefix', () => {
    const isAllowed = ({ kind, specifier }: Import) =>
      kind === 'package' || (kind === 'ours' ? specifier.endsWith('.ts') : specifier.startsWith('node:'));
    assertNone(offences(files, isAllowed), 'write ./file.ts and node:module');
  });

  test('of ours lead to files that exist', () => {
    const isAllowed = ({ kind, target }: Import) => kind !== 'ours' || existsSync(join(source, target));
    assertNone(offences(files, isAllowed), 'there is no such file');
  });

  test('of packages are dependencies that package.json names', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const isAllowed = ({ kind, target }: Import) => kind !== 'package' || Object.hasOwn(dependencies, target);
    assertNone(offences(files, isAllowed), 'src may use dependencies only, not those of development');
  });
});

suite('a package', () => {
  const homes: Record<string, readonly string[]> = {
    nodemailer: ['adapters/smtp/', 'adapters/mime/'],
    '@azure/msal-node': ['adapters/entra/'],
    pino: ['adapters/events/'],
    'pino-pretty': ['adapters/events/'],
    fastify: ['http/', 'sandbox/'],
    '@fastify/rate-limit': ['http/'],
    '@fastify/swagger': ['http/'],
    '@fastify/swagger-ui': ['http/'],
    typebox: ['http/'],
    'fastest-levenshtein': ['http/', 'config/'],
    yaml: ['config/'],
    ulid: ['adapters/ids/'],
    ioredis: ['adapters/entra/'],
    'prom-client': ['adapters/events/'],
  };
  for (const [name, home] of Object.entries(homes)) {
    test(`is used in its place only: ${name} in ${home.join(', ')}`, () => {
      const isAllowed = ({ target }: Import, path: string) => target !== name || home.some((room) => isIn(path, room));
      assertNone(offences(files, isAllowed), `${name} stays in ${home.join(', ')}`);
    });
  }

  test('besides fastify and its plugins, typebox and fastest-levenshtein is not used by http', () => {
    const plugins = ['@fastify/rate-limit', '@fastify/swagger', '@fastify/swagger-ui'];
    const known = ['fastify', ...plugins, 'typebox', 'fastest-levenshtein'];
    const isAllowed = ({ kind, target }: Import) => kind !== 'package' || known.includes(target);
    assertNone(offences(filesIn('http/'), isAllowed), 'http');
  });

  test('is not used by the command line', () => {
    assertNone(
      offences(filesIn('main.ts', 'commands/'), ({ kind }) => kind !== 'package'),
      'the command line',
    );
  });
});

suite('a source file', () => {
  /** Files whose code has something, each with the line that has it. */
  const having = (pattern: RegExp, of = files) =>
    of.flatMap(({ path, code }) => {
      const line = code.split('\n').find((each) => pattern.test(each));
      return line === undefined ? [] : [`src/${path}: ${line.trim()}`];
    });

  test('reads process.env in config/settings.ts only', () => {
    const others = files.filter(({ path }) => path !== 'config/settings.ts');
    assertNone(having(/\bprocess\s*(?:\.\s*env\b|\[\s*['"`]env)|\benv\b.*from 'node:process'/, others), 'ask config');
    assert.equal(having(/process\.env/).length, 1, 'config/settings.ts reads it');
  });

  test('opens with a sentence that says what it is for', () => {
    const silent = files.filter(({ text }) => !/^\/\*\* (?:[^*]|\*(?!\/)){20,}[.)] ?\*\/\n/.test(text));
    assertNone(
      silent.map(({ path, text }) => `src/${path}: ${text.split('\n')[0]}`),
      'open with /** A sentence. */',
    );
  });

  test('is not named for being a drawer', () => {
    const drawers = /(?:^|[/.-])(?:utils?|utilit(?:y|ies)|helpers?|commons?|misc|managers?|shared|lib|index)(?=[/.-])/i;
    assertNone(
      files.filter(({ path }) => drawers.test(path)).map(({ path }) => `src/${path}`),
      'name what it is',
    );
  });

  test('has names in kebab-case', () => {
    const odd = files.filter(({ path }) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(path));
    assertNone(
      odd.map(({ path }) => `src/${path}`),
      'kebab-case',
    );
  });

  test('does not print by console', () => {
    assertNone(having(/\bconsole\s*\./), 'write to process.stdout where printing is the job');
  });

  test('has named exports only', () => {
    assertNone(having(/^export default\b|\bas default\b/), 'no default exports');
  });

  test('does not get around the type checker', () => {
    assertNone(having(/\bas unknown as\b|\bas any\b|: any\b|<any>/), 'no any');
    const silenced = files.filter(({ text }) => /@ts-(?:ignore|expect-error|nocheck)/.test(text));
    assertNone(
      silenced.map(({ path }) => `src/${path}`),
      'no @ts-ignore',
    );
  });

  test('never switches verification of TLS off', () => {
    assertNone(having(/rejectUnauthorized:\s*false|NODE_TLS_REJECT_UNAUTHORIZED/), 'TLS is always verified');
  });

  test('makes a server in one place of the relay', () => {
    assert.deepEqual(
      having(/\bFastify\(/, filesIn('http/')).map((line) => line.split(':')[0]),
      ['src/http/server.ts'],
    );
  });

  for (const adapter of ['EntraAccessTokens', 'SmtpSubmissionClient']) {
    test(`constructs ${adapter} in compose.ts only`, () => {
      const places = having(new RegExp(`\\bnew ${adapter}\\b`)).map((line) => line.split(':')[0]);
      assert.deepEqual(places, ['src/compose.ts']);
    });
  }

  test('main.ts is a table of contents of 90 lines at most', () => {
    const [main] = filesIn('main.ts');
    assert.ok(main);
    const lines = main.text.trimEnd().split('\n').length;
    assert.ok(lines <= 90, `src/main.ts has ${lines} lines`);
  });
});

suite('ARCHITECTURE.md', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const topLevel = ['src', 'test', 'docs', 'bin', 'openapi', 'bench', 'deploy', 'examples'];
  const rooms = ['domain', 'relay', 'adapters', 'http', 'config', 'sandbox', 'commands'];

  /** Paths from the root or from src, without a full stop after them. */
  const named = (folders: readonly string[]) =>
    [...text.matchAll(new RegExp(`(?<![\\w./-])(?:${folders.join('|')})/[\\w./-]*`, 'g'))].map(([path]) =>
      path.replace(/\.$/, ''),
    );

  test('names paths that exist', () => {
    const fromRoot = named(topLevel);
    assert.ok(fromRoot.length > 10, 'hardly any path was found');
    const missing = [
      ...fromRoot.filter((path) => !existsSync(join(root, path))),
      ...named(rooms).filter((path) => !existsSync(join(source, path)) && !existsSync(join(source, `${path}.ts`))),
    ];
    assertNone(missing, 'there is no such path');
  });

  test('names files that exist, where it says their names alone', () => {
    const there = new Set([
      ...files.map(({ path }) => basename(path)),
      ...globSync('test/**/*.ts', { cwd: root }).map((path) => basename(path)),
    ]);
    const names = [...text.matchAll(/(?<![\w./-])[a-z][\w-]*(?:\.test)?\.ts\b/g)].map(([name]) => name);
    assert.ok(names.length > 2, 'hardly any name was found');
    assertNone(
      names.filter((name) => !there.has(name)),
      'there is no such file',
    );
  });

  test('has a row for every room', () => {
    const folders = new Set(
      files.map(({ path }) => (path.includes('/') ? `src/${path.split('/')[0]}/` : `src/${path}`)),
    );
    assertNone(
      [...folders].filter((folder) => !text.includes(`\`${folder}\``)),
      'no row for',
    );
  });

  test('can be read in one sitting', () => {
    assert.ok(text.split('\n').length <= 200);
  });
});
