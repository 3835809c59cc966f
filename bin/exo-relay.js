#!/usr/bin/env node
// Starts exo-relay, or says what to do on a Node.js that cannot run it. Any Node.js from 12 on must be able to parse
// this file, so it is plain JavaScript that imports nothing until the version is known.

const OLDEST_NODE = 24;
const EX_CONFIG = 78; // sysexits.h

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(
    [
      `exo-relay needs Node.js ${OLDEST_NODE} or newer; this is Node.js ${process.versions.node}.`,
      `  In a checkout of exo-relay: run "npm ci", which brings Node.js ${OLDEST_NODE}, then "npm start", which uses it.`,
      `  Anywhere else: install Node.js ${OLDEST_NODE} from https://nodejs.org/`,
      '',
    ].join('\n'),
  );
  process.exitCode = EX_CONFIG;
} else {
  start();
}

/** Runs the sources in a checkout, the compiled files in the published package: Node.js runs no .ts in node_modules. */
function start() {
  const source = new URL('../src/main.ts', import.meta.url);
  const compiled = new URL('../dist/main.js', import.meta.url);
  // From the second start on, the code is read as it was compiled at the first; where nothing can be written, it is as ever.
  return import('node:module')
    .then((modules) => modules.enableCompileCache())
    .then(() => import('node:fs'))
    .then((fs) => import(fs.existsSync(source) ? source.href : compiled.href))
    .then((relay) => relay.main(process.argv.slice(2)))
    .then((exitCode) => {
      if (typeof exitCode === 'number') process.exitCode = exitCode;
    });
}
