import { ConfigError } from '@millrace/platform-errors';
import { freePort } from './free-port';
import { openStack, useStack } from './stack';

const stack = useStack();

it('has a database of its own', async () => {
  const result = await stack.clickhouse.query({ query: 'select currentDatabase() as name', format: 'JSONEachRow' });
  expect(await result.json()).toEqual([{ name: stack.database }]);
});

it('tells child processes where everything is', () => {
  expect(stack.environment).toEqual({
    KAFKA_BROKERS: stack.kafkaBrokers.join(','),
    SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    CLICKHOUSE_URL: stack.clickhouseUrl,
    CLICKHOUSE_DATABASE: stack.database,
    TOPIC_PREFIX: stack.topicPrefix,
  });
  expect(stack.topicPrefix).toMatch(/^t[0-9a-f]{8}\.$/);
});

it('drops its database, topics and subjects, and nothing of others', async () => {
  const mine = await openStack();
  const admin = stack.kafka.admin();
  await admin.connect();
  const topics = [`${mine.topicPrefix}signals`, `${stack.topicPrefix}signals`];
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 1 })), waitForLeaders: true });
  const subject = `${mine.topicPrefix}signals-value`;
  const registered = await fetch(`${mine.schemaRegistryUrl}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: '"string"' }),
  });
  expect(registered.status).toBe(200);

  await mine.cleanup();
  await mine.cleanup();

  expect((await admin.listTopics()).filter((topic) => topics.includes(topic))).toEqual([topics[1]]);
  await admin.disconnect();
  const subjects = (await (await fetch(`${stack.schemaRegistryUrl}/subjects`)).json()) as string[];
  expect(subjects).not.toContain(subject);
  const result = await stack.clickhouse.query({ query: 'select name from system.databases', format: 'JSONEachRow' });
  const databases = (await result.json<{ name: string }>()).map(({ name }) => name);
  expect(databases).not.toContain(mine.database);
  expect(databases).toContain(stack.database);
});

it('says in one line what does not answer and how to start it', async () => {
  const before = process.env['CLICKHOUSE_URL'];
  process.env['CLICKHOUSE_URL'] = `http://127.0.0.1:${await freePort()}`;
  const failure = await openStack().catch((error: unknown) => error);
  if (before === undefined) delete process.env['CLICKHOUSE_URL'];
  else process.env['CLICKHOUSE_URL'] = before;
  expect(failure).toBeInstanceOf(ConfigError);
  expect(failure).toMatchObject({
    code: 'STACK_UNAVAILABLE',
    message: expect.stringMatching(/^The real stack does not answer: ClickHouse at http:.*ECONNREFUSED/),
    advice: expect.stringContaining('npm run stack'),
  });
});
