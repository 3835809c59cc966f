/** `npm run bench`: what the relay can do, each figure beside a baseline of the same run, on this machine. */

import { parseArgs } from 'node:util';
import { benchmark, isPartName, type PartName, partNames } from './benchmark.ts';
import { compare, profile } from './relays-alone.ts';
import { writeReports } from './report.ts';
import { relaysReport } from './sending.ts';
import { full, quick } from './sizes.ts';

const HELP = `npm run bench [-- options]

  --quick          1,000 messages each instead of 10,000
  --only=PARTS     some of ${partNames.join(', ')}; with commas between them
  --write          put the tables of what was measured into docs/performance.md
  --profile=DIR    run the relay alone, under the profiler, and write its .cpuprofile files into DIR
  --against=DIR    run the relay beside that of another checkout; may be given several times
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
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
else if (values.profile !== undefined) print(relaysReport(await profile(values.profile, sizes)).join('\n'));
else if (values.against !== undefined) print(relaysReport(await compare(values.against, sizes)).join('\n'));
else {
  const reports = await benchmark(partsNamed(values.only), sizes, tell);
  for (const [name, text] of reports) print(`## ${name}\n\n${text}`);
  if (values.write) writeReports(reports);
}

/** @param only names with commas between them; all of them when absent */
function partsNamed(only: string | undefined): readonly PartName[] {
  const names = only?.split(',') ?? partNames;
  const wrong = names.find((name) => !isPartName(name));
  if (wrong === undefined) return names.filter(isPartName);
  print(`${wrong} is no part of the benchmark.\n\n${HELP}`);
  process.exit(1);
}
