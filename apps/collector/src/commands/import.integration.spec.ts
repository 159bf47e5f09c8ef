import { readFile, rm, utimes, writeFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { entityTopics, personType, signalTopicName, type Person } from '@millrace/contract-signal';
import { executeProgram } from '@millrace/platform-commands';
import { logEnds, SchemaRegistryCodec } from '@millrace/platform-kafka';
import { useStack } from '@millrace/platform-testing';

import { readCollectorConfig } from '../app.config';
import { deploy } from './deploy';
import { idsOf, readTopic } from '../testing/read-topic';
import { environmentOf } from '../testing/run-collector';
import { addImportCommand } from './import.command';

const stack = useStack();
let folder = '';
const environment = process.env;

beforeAll(async () => {
  process.env = {
    ...environment,
    ...environmentOf(stack, { SOURCES_FILES: join(__dirname, '../testing/file-sources.yaml') }),
  };
  await deploy(readCollectorConfig());
  folder = await mkdtemp(join(tmpdir(), 'people-'));
});

afterAll(async () => {
  process.env = environment;
  await rm(folder, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number; summary: Record<string, unknown> }> {
  let output = '';
  const argv = ['node', 'cli.js', ...args, '--json'];
  const code = await executeProgram('Commands.', addImportCommand, argv, (text) => (output += text));
  return { code, summary: JSON.parse(output) as Record<string, unknown> };
}

async function records(count: number): Promise<string[]> {
  const topic = entityTopics(stack.topicPrefix).people.name;
  const decode = new SchemaRegistryCodec({ url: stack.schemaRegistryUrl }).decoder<Person>(personType);
  const seen: string[] = [];
  const consumer = stack.kafka.consumer({ groupId: `${stack.topicPrefix}reader-${count}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const eachMessage = async ({ message }: { message: { key: Buffer | null; value: Buffer | null } }) => {
      const decoded = message.value === null ? undefined : await decode(message.value);
      const person = decoded?.ok === true ? decoded.value : undefined;
      seen.push(`${String(message.key)} ${person === undefined ? 'gone' : `${person.email} ${person.updated_at}`}`);
      if (seen.length === count) resolve();
    };
    consumer.run({ autoCommit: false, eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return seen.sort();
}

it('imports what is right, keeps what is not with its reason, and gives the same versions again', async () => {
  const file = join(folder, 'people.csv');
  const rows = ['p1,a@acme.com,Ana,', 'p2,nonsense,"=HYPERLINK(""x"")",', 'p3,c@acme.com,Cy,yes', ',,Nobody,'];
  await writeFile(file, `Id,Email,Full Name,deleted\n${rows.join('\n')}\n`);
  await utimes(file, 1_772_000_000, 1_772_000_000);

  const dry = await run('import', 'people', file, '--dry-run');
  expect(dry).toMatchObject({ code: 0, summary: { read: 4, accepted: 1, deleted: 1, rejected: 2, dryRun: true } });
  const ends = await logEnds(stack.kafka, entityTopics(stack.topicPrefix).people.name);
  expect([...ends.values()].every((end) => end === 0n)).toBe(true);

  const first = await run('import', 'people', file);
  expect(first).toMatchObject({
    code: 0,
    summary: { complete: true, read: 4, accepted: 1, deleted: 1, reasons: { not_an_email: 1, missing_id: 1 } },
  });
  expect(await readFile(`${file}.rejected.csv`, 'utf8')).toBe(
    [
      'line,reason,detail,Id,Email,Full Name,deleted',
      `3,not_an_email,"email: ""nonsense"" is not an e-mail address",p2,nonsense,"'=HYPERLINK(""x"")",`,
      '5,missing_id,person_id: the row names nobody,,,Nobody,',
      '',
    ].join('\r\n'),
  );
  expect(await records(2)).toEqual(['p1 a@acme.com 1772000000000', 'p3 gone']);

  expect(await run('import', 'people', file)).toMatchObject({
    code: 0,
    summary: { complete: true, read: 0, accepted: 0, imported_before: expect.any(String) },
  });
  expect(await records(2)).toEqual(['p1 a@acme.com 1772000000000', 'p3 gone']);
  expect((await run('import', 'people', file, '--again')).summary).toEqual(first.summary);
  expect(await records(4)).toEqual([
    'p1 a@acme.com 1772000000000',
    'p1 a@acme.com 1772000000000',
    'p3 gone',
    'p3 gone',
  ]);
});

it('says that a file is not complete, and fails', async () => {
  const file = join(folder, 'accounts.csv');
  await writeFile(file, 'account_id,domain\na1,acme.com\na2,"bolt.io\n');
  expect(await run('import', 'accounts', file)).toMatchObject({
    code: 1,
    summary: { complete: false, error: { reason: 'quote_not_closed' } },
  });
});

it('brings in intent rows as signals: the same rows in another order, or under another name, add none', async () => {
  const rows = ['acme.com,crm,72,2026-03-01', 'bolt.io,crm,65,2026-03-01', 'gmail.com,crm,60,2026-03-01'];
  const write = async (name: string, lines: readonly string[]): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, `domain,topic,score,date\n${lines.join('\n')}\n`);
    return file;
  };
  const topic = signalTopicName('intent', stack.topicPrefix);
  const ids = async (): Promise<Set<string>> => new Set(idsOf(await readTopic(stack, topic)));
  expect(await run('import', 'intent', await write('intent.csv', [...rows, rows[0] ?? '']))).toMatchObject({
    code: 0,
    summary: { read: 4, accepted: 2, duplicates: 1, rejected: 1, reasons: { free_mail_domain: 1 } },
  });
  const first = await ids();
  expect(first.size).toBe(2);
  const renamed = await write('renamed.csv', [...rows, rows[0] ?? '']);
  expect((await run('import', 'intent', renamed)).summary).toMatchObject({
    read: 0,
    imported_before: expect.any(String),
  });
  expect((await run('import', 'intent', await write('reordered.csv', rows.reverse()))).summary).toMatchObject({
    accepted: 2,
  });
  expect(await ids()).toEqual(first);
});

it('names the sources that there are, and the fields of one', async () => {
  const argv = ['node', 'cli.js', 'import', 'peple', 'x.csv'];
  expect(await executeProgram('Commands.', addImportCommand, argv, () => undefined)).toBe(2);
});
