/** `npm run bench`: what the relay can do beside nodemailer and beside bare HTTP, on this machine, in one run. */

import { parseArgs } from 'node:util';
import { benchmark } from './benchmark.ts';
import { compare, profile } from './relays-alone.ts';
import { relaysReport, report, writeReport } from './report.ts';
import { full, quick } from './sizes.ts';

const HELP = `npm run bench [-- options]

  --quick          1,000 messages each instead of 10,000
  --write          put the tables into docs/performance.md
  --profile=DIR    run the relay alone, under the profiler, and write its .cpuprofile into DIR
  --against=DIR    run the relay beside that of another checkout; may be given several times
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    profile: { type: 'string' },
    against: { type: 'string', multiple: true },
    help: { type: 'boolean', default: false },
  },
});
const sizes = values.quick ? quick : full;
const tell = (progress: string): void => void process.stderr.write(`${progress}\n`);
const print = (text: string): void => void process.stdout.write(`\n${text}\n`);

// By default a process ends on a signal without telling anybody, and the relay would outlive it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

if (values.help) print(HELP);
else if (values.profile !== undefined) print(relaysReport(await profile(values.profile, sizes)));
else if (values.against !== undefined) print(relaysReport(await compare(values.against, sizes)));
else {
  const text = report(await benchmark(sizes, tell));
  print(text);
  if (values.write) writeReport(text);
}
