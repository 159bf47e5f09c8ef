import {
  freePort,
  openStack,
  spawnService,
  tcpProxy,
  waitFor,
  type SpawnedService,
  type Stack,
  type TcpProxy,
} from '@millrace/platform-testing';

import { runCommand } from './millrace/run-command';

/** Several programs are loaded at once. */
const PATIENTLY = { deadlineMs: 90_000 };

const SERVICES = ['collector', 'windowing', 'scoring', 'sync'] as const;
type Service = (typeof SERVICES)[number];

interface Part {
  /** As readiness names it. */
  readonly name: string;
  readonly variable: string;
  readonly isNeededBy: readonly Service[];
  readonly of: (stack: Stack) => string;
  readonly through: (proxy: TcpProxy) => string;
}

const PARTS: readonly Part[] = [
  {
    name: 'kafka',
    variable: 'KAFKA_BROKERS',
    isNeededBy: SERVICES,
    of: (stack) => stack.kafkaBrokers[0] ?? '',
    through: (proxy) => proxy.address,
  },
  {
    name: 'schema registry',
    variable: 'SCHEMA_REGISTRY_URL',
    isNeededBy: SERVICES,
    of: (stack) => stack.schemaRegistryUrl,
    through: (proxy) => proxy.url,
  },
  {
    name: 'clickhouse',
    variable: 'CLICKHOUSE_URL',
    isNeededBy: ['windowing', 'scoring', 'sync'],
    of: (stack) => stack.clickhouseUrl,
    through: (proxy) => proxy.url,
  },
];

interface Readiness {
  readonly status: string;
  readonly checks: Readonly<Record<string, { readonly status: string; readonly reason?: string }>>;
}

let stack: Stack;
const running: SpawnedService[] = [];

beforeAll(async () => {
  stack = await openStack();
  expect(await runCommand(['deploy'], stack.environment)).toMatchObject({ code: 0 });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.kill()));
});
afterAll(() => stack?.cleanup());

/** Each service as a process of its own, live; ready or not. */
async function spawnAll(services: readonly Service[], more: Readonly<Record<string, string>>) {
  const environment = { ...stack.environment, COLLECTOR_WRITE_KEYS: `website:${'0'.repeat(64)}`, ...more };
  const all = await Promise.all(services.map((one) => spawnService(one, environment, { waitsForReady: false })));
  running.push(...all);
  await Promise.all(all.map((service) => waitFor(`${service.app} to be live`, () => isOk(service, 'live'), PATIENTLY)));
  return all;
}

const isOk = async (service: SpawnedService, what: 'live' | 'ready'): Promise<boolean> =>
  (await fetch(`${service.url}/health/${what}`)).ok;

/** Its readiness, once it waits for the named part, with a reason; `alone`: and for nothing else. */
const waitsFor = (service: SpawnedService, part: string, { alone = false } = {}): Promise<Readiness> =>
  waitFor(
    `${service.app} to say what it waits for`,
    async () => {
      const response = await fetch(`${service.url}/health/ready`);
      const readiness = (await response.json()) as Readiness;
      return { ...readiness, isReady: response.ok };
    },
    {
      ...PATIENTLY,
      until: ({ checks, isReady }) =>
        !isReady &&
        /^[A-Z_]+: /.test(checks[part]?.reason ?? '') &&
        (!alone || Object.entries(checks).every(([name, { status }]) => name === part || status === 'ok')),
    },
  );

/** Lines of the log that say what the service waits for. */
const saidOf = (service: SpawnedService, part: string): string[] =>
  service
    .logs()
    .split('\n')
    .flatMap((line) => new RegExp(`${service.app} waits for ${part}: [^"]*`).exec(line) ?? []);

const LEAKS = /127\.0\.0\.1|localhost|:\d{4}|https?:|\bselect\b|database=/i;

describe.each(PARTS)('without $name', ({ name, variable, isNeededBy, of, through }) => {
  let proxy: TcpProxy;
  beforeEach(async () => {
    proxy = await tcpProxy(of(stack));
    proxy.cut();
  });
  afterEach(() => proxy.close());

  it(`${isNeededBy.join(', ')} are live, name it alone and without addresses, and are ready by themselves once it answers`, async () => {
    const services = await spawnAll(isNeededBy, { [variable]: through(proxy) });
    for (const service of services) {
      const { status, checks } = await waitsFor(service, name, { alone: true });
      expect([service.app, status]).toEqual([service.app, expect.stringMatching(/^(starting|failed)$/)]);
      expect(
        Object.values(checks)
          .map(({ reason = '' }) => reason)
          .join(),
      ).not.toMatch(LEAKS);
      expect(await isOk(service, 'live')).toBe(true);
    }
    proxy.restore();
    for (const service of services)
      await waitFor(`${service.app} to be ready`, () => isOk(service, 'ready'), PATIENTLY);
    for (const service of services) {
      // Another reason may be found while it comes back; the same one is not said twice.
      const said = saidOf(service, name);
      expect(said).toEqual([...new Set(said)]);
      expect(await service.stop()).toBe(0);
    }
  });
});

it('a collector needs no ClickHouse', async () => {
  const [collector] = await spawnAll(['collector'], { CLICKHOUSE_URL: `http://127.0.0.1:${await freePort()}` });
  await waitFor('the collector to be ready', () => collector !== undefined && isOk(collector, 'ready'), PATIENTLY);
});

describe('SIGTERM while a service waits', () => {
  it.each(['refuses', 'accepts and never answers'])('for a Kafka that %s ends it with 0', async (how) => {
    const proxy = await tcpProxy(stack.kafkaBrokers[0] ?? '');
    if (how === 'refuses') proxy.cut();
    else proxy.dropReplies();
    const dead = `http://127.0.0.1:${await freePort()}`;
    const services = await spawnAll(SERVICES, {
      KAFKA_BROKERS: proxy.address,
      SCHEMA_REGISTRY_URL: dead,
      CLICKHOUSE_URL: dead,
    });
    // Well before kafkajs gives an attempt up, and before the 25 s after which a stop is forced.
    const codes = await Promise.all(services.map((service) => service.stop(10_000)));
    expect(codes).toEqual([0, 0, 0, 0]);
    await proxy.close();
  });
});

describe('what is wrong, not away', () => {
  it.each<[Service, string, Readonly<Record<string, string>>, string, RegExp]>([
    [
      'windowing',
      'a user that ClickHouse does not know',
      { CLICKHOUSE_USERNAME: 'nobody', CLICKHOUSE_PASSWORD: 'wrong' },
      'clickhouse',
      /^CLICKHOUSE_QUERY_FAILED: ClickHouse refuses the user or the password\. Check CLICKHOUSE_USERNAME/,
    ],
    [
      'scoring',
      'a database that was not deployed',
      { CLICKHOUSE_DATABASE: 'nowhere' },
      'settings of models',
      /^CLICKHOUSE_QUERY_FAILED: ClickHouse lacks the database\. Create it with `npx millrace deploy`/,
    ],
    [
      'sync',
      'topics that were not deployed',
      { TOPIC_PREFIX: 'nowhere.' },
      'decision logs',
      /^TOPIC_MISSING: .* `npx millrace deploy`/,
    ],
    [
      'collector',
      'schemas that were not deployed',
      { TOPIC_PREFIX: 'nowhere.' },
      'schema registry',
      /^SCHEMA_UNKNOWN: .* Run `npx millrace deploy`/,
    ],
    [
      'sync',
      'credentials for a Kafka that takes none',
      { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'hunter2' },
      'kafka',
      /^KAFKA_[A-Z_]+: Connecting to Kafka failed: .*/,
    ],
  ])('%s with %s is live and says so', async (service, _what, environment, part, reason) => {
    const [one] = await spawnAll([service], environment);
    if (one === undefined) throw new Error('nothing runs');
    const { checks } = await waitsFor(one, part);
    expect(checks[part]?.reason).toMatch(reason);
    expect(JSON.stringify(checks)).not.toMatch(/hunter2|127\.0\.0\.1/);
    expect(saidOf(one, part).join('\n')).not.toContain('hunter2');
    expect(await one.stop()).toBe(0);
  });
});
