import { readFile, rm, utimes, writeFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { entityTopics, personType, type Person } from '@millrace/contract-signal';
import { executeProgram } from '@millrace/platform-commands';
import { logEnds, SchemaRegistryCodec } from '@millrace/platform-kafka';
import { useStack } from '@millrace/platform-testing';

import { readCollectorConfig } from '../app.config';
import { deploy } from './deploy';
import { environmentOf } from '../testing/run-collector';
import { addImportCommands } from './import.command';

const stack = useStack();
let folder = '';
const environment = process.env;

beforeAll(async () => {
  process.env = { ...environment, ...environmentOf(stack) };
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
  const code = await executeProgram('Commands.', addImportCommands, argv, (text) => (output += text));
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

  const dry = await run('people', 'import', file, '--dry-run');
  expect(dry).toMatchObject({ code: 0, summary: { read: 4, accepted: 1, deleted: 1, rejected: 2, dryRun: true } });
  const ends = await logEnds(stack.kafka, entityTopics(stack.topicPrefix).people.name);
  expect([...ends.values()].every((end) => end === 0n)).toBe(true);

  const first = await run('people', 'import', file);
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

  expect((await run('people', 'import', file)).summary).toEqual(first.summary);
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
  expect(await run('accounts', 'import', file)).toMatchObject({
    code: 1,
    summary: { complete: false, error: { reason: 'quote_not_closed' } },
  });
});
