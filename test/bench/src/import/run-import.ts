import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { logBounds } from '@millrace/platform-kafka';
import { openStack, type Stack } from '@millrace/platform-testing';

import { watchProcess, type Watched } from '../processes/watch-process';
import { round } from '../report/figures';
import { MADE_FILES, writeMadeFile, type MadeFileName } from './write-file';

export interface ImportRun {
  readonly file: MadeFileName;
  /** The command; the command with the same file again; a plain loop around csv-parse. */
  readonly by: 'import' | 'again' | 'csv-parse alone';
  readonly rows: number;
  readonly rejected: number;
  readonly megabytes: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly cpuSeconds: number;
  readonly cpuMicrosPerRow: number;
  readonly firstQuarterMegabytes: number;
  readonly lastQuarterMegabytes: number;
  readonly mostMegabytes: number;
  /** Records in the topic when it had ended. */
  readonly inTopic: number;
}

export interface ImportBench {
  readonly rows: number;
  readonly files: readonly MadeFileName[];
  /** For the command’s node, such as `--cpu-prof`. */
  readonly nodeArguments: readonly string[];
}

interface Said {
  readonly read: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly complete: boolean;
  readonly imported_before: string | null;
}

const root = join(__dirname, '../../../..');
const CLI = join(root, 'apps/collector/dist/cli.js');
const PEER = join(__dirname, '../peers/plain-csv-parse.js');

/** Each file through the real command into a real Kafka, the same again, and through csv-parse alone, in turn. */
export async function runImport(options: ImportBench, say: (line: string) => void): Promise<readonly ImportRun[]> {
  const stack = await openStack();
  const folder = await mkdtemp(join(tmpdir(), 'millrace-import-'));
  try {
    const sources = join(folder, 'sources.yaml');
    await writeFile(sources, SOURCES);
    const environment = { ...stack.environment, SOURCES_FILES: sources, LOG_LEVEL: 'error' };
    await watchProcess([CLI, 'deploy'], environment);
    const runs: ImportRun[] = [];
    for (const name of options.files) runs.push(...(await importMade(name, options, stack, environment, folder, say)));
    return runs;
  } finally {
    await rm(folder, { recursive: true, force: true });
    await stack.cleanup();
  }
}

const SOURCES = `sources:
  - { name: people, type: csv_people }
  - { name: intent, type: csv_intent }
`;

async function importMade(
  name: MadeFileName,
  { rows, nodeArguments }: ImportBench,
  stack: Stack,
  environment: Readonly<Record<string, string>>,
  folder: string,
  say: (line: string) => void,
): Promise<readonly ImportRun[]> {
  const { source } = MADE_FILES[name];
  const path = join(folder, `${name}.csv`);
  say(`${name}: writing ${rows.toLocaleString('en-US')} rows`);
  await writeMadeFile(path, MADE_FILES[name], rows);
  const megabytes = round((await stat(path)).size / 1e6, 1);
  const figures = async (
    by: ImportRun['by'],
    read: number,
    rejected: number,
    watched: Watched,
  ): Promise<ImportRun> => ({
    file: name,
    by,
    rows: read,
    rejected,
    megabytes,
    seconds: round(watched.seconds, 2),
    rowsPerSecond: Math.round(read / watched.seconds),
    cpuSeconds: round(watched.cpuSeconds, 2),
    cpuMicrosPerRow: round((watched.cpuSeconds * 1e6) / rows, 2),
    firstQuarterMegabytes: watched.firstQuarter,
    lastQuarterMegabytes: watched.lastQuarter,
    mostMegabytes: watched.most,
    inTopic: await recordsIn(stack, TOPICS_OF[name]),
  });

  say(`${name}: csv-parse alone`);
  const peer = await watchProcess([PEER, path]);
  const counted = (JSON.parse(peer.stdout) as { rows: number }).rows;
  if (counted !== rows) throw new Error(`csv-parse counted ${counted} rows of ${rows}`);
  const alone = await figures('csv-parse alone', counted, 0, peer);

  const command = [...nodeArguments, CLI, 'import', source, path, '--json'];
  say(`${name}: import`);
  const first = await watchProcess(command, environment);
  const said = JSON.parse(first.stdout) as Said;
  const imported = await figures('import', said.read, said.rejected, first);
  if (!said.complete || said.read !== rows || imported.inTopic !== said.accepted)
    throw new Error(`of ${rows} rows ${imported.inTopic} are in the topic, the command said ${first.stdout}`);

  say(`${name}: the same file again`);
  const second = await watchProcess(command, environment);
  const { read, imported_before } = JSON.parse(second.stdout) as Said;
  const again = await figures('again', read, 0, second);
  if (imported_before === null || again.inTopic !== imported.inTopic)
    throw new Error(`the same file again was not a no-op: ${second.stdout}`);
  await rm(path);
  return [imported, again, alone];
}

const TOPICS_OF: Readonly<Record<MadeFileName, string>> = {
  csv_intent: 'signals.intent.v1',
  csv_people: 'entities.people.v1',
};

async function recordsIn({ kafka, topicPrefix }: Stack, topic: string): Promise<number> {
  const { ends } = await logBounds(kafka, `${topicPrefix}${topic}`);
  return [...ends.values()].reduce((sum, end) => sum + Number(end), 0);
}
