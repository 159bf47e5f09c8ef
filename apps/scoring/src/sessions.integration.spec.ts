import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { seededRandom, testSeed, useStack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from './connections/connections';
import type { RollupBuilder } from './rollup/rollup-builder';
import { createEngine, type Engine } from './runs/engine';
import { install, seal, type SeedSignal } from './testing/seed';
import { sessionsByHand, type OracleSession, type OracleSignal } from './testing/session-oracle';

type View = readonly [visitor: string, at: string, url: string, referrer?: string, type?: string];
interface Expected {
  readonly sessions?:
    number | readonly { readonly start: string; readonly pages: number; readonly duration_s: number }[];
  readonly rows?: readonly Record<string, unknown>[];
  readonly new_sessions?: number;
  readonly touches?: number;
  readonly pages?: number;
  readonly duration_s?: number;
  readonly counted_as_class_session?: number;
  readonly bots?: number;
}
interface Case {
  readonly id: string;
  readonly why: string;
  readonly rows: readonly View[];
  readonly late?: readonly View[];
  readonly user_agent?: string;
  readonly expect: Expected & {
    readonly before?: Expected;
    readonly after?: Expected;
    readonly days_rebuilt?: readonly string[];
  };
}
const { cases, channels } = JSON.parse(readFileSync(join(__dirname, 'testing/cases/sessions.json'), 'utf8')) as {
  readonly cases: readonly Case[];
  readonly channels: readonly (readonly [url: string, referrer: string, channel: string])[];
};

interface Row {
  readonly day: string;
  readonly step: number;
  readonly visit_started_at: string;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly pages: number;
  readonly landing_page: string;
  readonly exit_page: string;
  readonly channel: string;
  readonly key_events: number;
  readonly key_event_types: readonly string[];
  readonly is_session: boolean;
  readonly is_continuation: boolean;
  readonly identity_kind: string;
  readonly identity: string;
}

const ZONE = 'America/New_York';
const CLOSED = '2026-01-01T06:10:00Z';
const pathOf = (page: unknown): unknown => (page === undefined ? expect.any(String) : page);
const viewOf = (id: string, [visitor, at, url, referrer = '', type = 'page_viewed']: View): SeedSignal => ({
  at,
  type,
  anonymous: `${id}-${visitor}`,
  url,
  referrer,
});

describe('sessions on the real stack', () => {
  const stack = useStack();
  let connections: Connections;
  let engine: Engine;
  let step = 0;

  beforeAll(async () => {
    connections = await install(stack, { TIME_ZONE: ZONE });
    engine = createEngine(connections);
  });
  afterAll(() => closeConnections(connections));

  const builder = (name: string): RollupBuilder => {
    const found = engine.rollups().find(({ model }) => model.name === name);
    if (found === undefined) throw new Error(`${name} is not a rollup`);
    return found;
  };
  /** Seals signals and rolls up what they touch, as the loop does; the days of each model that were built. */
  const rollUp = async (signals: readonly SeedSignal[]): Promise<Record<string, string[]>> => {
    step += 1;
    const head = await seal(connections, step, CLOSED, signals);
    await connections.chain.refresh();
    const built: Record<string, string[]> = {};
    for (const name of ['sessions', 'person_days']) {
      const days = await builder(name).daysTouchedAfter(step - 1, head);
      await builder(name).ensureDays('2025-01-01', '2025-12-31', head, { needsCompleteness: true });
      const rows = await connections.clickhouse.query<{ readonly day: string }>(
        'select toString(day) as day from rollup_builds where model = {name: String} and step = {step: UInt64} order by day',
        { name, step },
      );
      built[name] = rows.map(({ day }) => day);
      expect(built[name]).toEqual(days);
    }
    return built;
  };
  const rowsOf = (visitor: string): Promise<Row[]> =>
    connections.clickhouse.query<Row>('select * from sessions where visitor = {visitor: String} order by started_at', {
      visitor,
    });
  const classSessions = async (visitor: string): Promise<number> => {
    const row = await connections.clickhouse.queryOne<{ readonly sessions: number }>(
      `select toUInt32(sum(count)) as sessions
      from person_days
      where identity = {visitor: String} and signal_class = 'session'`,
      { visitor },
    );
    return row?.sessions ?? 0;
  };
  const botsOn = async (day: string): Promise<unknown> =>
    connections.clickhouse.query(
      `select toUInt32(counts['bots']) as bots
      from rollup_builds
      where model = 'sessions' and day = {day: Date}
      order by step desc
      limit 1`,
      { day },
    );

  const assertAsExpected = async (id: string, expected: Expected): Promise<void> => {
    const rows = await rowsOf(`${id}-v1`);
    const begun = rows.filter(({ is_continuation }) => !is_continuation);
    const {
      sessions,
      rows: parts,
      new_sessions,
      touches,
      pages,
      duration_s,
      counted_as_class_session: counted,
    } = expected;
    if (typeof sessions === 'number') expect(begun).toHaveLength(sessions);
    if (Array.isArray(sessions)) {
      const found = rows.map((row) => ({
        start: row.started_at,
        pages: row.pages,
        duration_s: row.duration_ms / 1000,
      }));
      expect(found).toEqual(sessions);
    }
    if (parts !== undefined) {
      const wanted = parts.map(({ landing, ...part }) => ({ ...part, landing_page: pathOf(landing) }));
      expect(rows).toEqual(wanted.map((part) => expect.objectContaining(part) as unknown));
    }
    if (new_sessions !== undefined) expect(begun).toHaveLength(new_sessions);
    if (touches !== undefined) expect(begun.filter(({ channel }) => channel !== 'direct')).toHaveLength(touches);
    if (pages !== undefined) expect(rows.map((row) => row.pages)).toEqual([pages]);
    if (duration_s !== undefined) expect(rows.map((row) => row.duration_ms / 1000)).toEqual([duration_s]);
    if (counted !== undefined) {
      expect(rows.filter(({ is_session }) => is_session)).toHaveLength(counted);
      expect(await classSessions(`${id}-v1`)).toBe(counted);
    }
  };

  it('rolls the cases up', async () => {
    const built = await rollUp([
      ...cases.flatMap(({ id, rows, user_agent }) =>
        rows.map((row): SeedSignal => ({ ...viewOf(id, row), ...(user_agent === undefined ? {} : { bot: true }) })),
      ),
      ...channels.map(([url, referrer], index) =>
        viewOf(`channel${index}`, ['v1', '2025-06-05T15:00Z', url, referrer]),
      ),
    ]);
    expect(built['sessions']).toEqual(['2025-03-09', '2025-06-02', '2025-06-03', '2025-06-05']);
  });

  it.each(cases.map(({ id, why, expect: expected }) => [id, why, expected.before ?? expected] as const))(
    '%s: %s',
    async (id, _why, expected) => {
      await assertAsExpected(id, expected);
      if (expected.bots !== undefined) expect(await botsOn('2025-06-02')).toEqual([{ bots: expected.bots }]);
    },
  );

  it.each(channels.map((given, index) => [...given, index] as const))(
    'a visit of %s from "%s" is %s',
    async (_url, _referrer, channel, index) => {
      expect((await rowsOf(`channel${index}-v1`)).map((row) => row.channel)).toEqual([channel]);
    },
  );

  it.each(
    cases.flatMap(({ id, late, expect: { after, days_rebuilt } }) => (late ? [{ id, late, after, days_rebuilt }] : [])),
  )('$id: what is late changes its day and no other', async ({ id, late, after, days_rebuilt }) => {
    const before = await rowsOf('SE2-v1');
    const built = await rollUp(late.map((row) => viewOf(id, row)));
    expect(built).toEqual({ sessions: days_rebuilt, person_days: days_rebuilt });
    await assertAsExpected(id, after ?? {});
    expect((await rowsOf(`${id}-v1`)).map((row) => row.step)).toEqual([step]);
    expect(await rowsOf('SE2-v1')).toEqual(before.map((row) => (row.day === '2025-06-02' ? { ...row, step } : row)));
  });

  describe('a visit that began hours before midnight', () => {
    const view = (at: string, url: string): SeedSignal => viewOf('long', ['v1', at, url]);
    // 22:00 to 00:10 in New York, a page every 20 or 25 minutes.
    const later = ['02:25', '02:50', '03:15', '03:40'].map((time) =>
      view(`2025-07-02T${time}Z`, 'https://acme.com/read'),
    );

    it('hands its landing page and channel to what follows midnight', async () => {
      await rollUp([
        view('2025-07-02T02:00Z', 'https://acme.com/land?utm_medium=email&utm_source=News&utm_campaign=Spring%20sale'),
        ...later,
        view('2025-07-02T04:05Z', 'https://acme.com/after'),
        view('2025-07-02T04:10Z', 'https://acme.com/last'),
      ]);
      const visit = { visit_started_at: '2025-07-02T02:00:00.000Z', landing_page: '/land', channel: 'email' };
      const campaign = { utm_medium: 'email', utm_source: 'News', utm_campaign: 'Spring sale' };
      expect(await rowsOf('long-v1')).toMatchObject([
        {
          day: '2025-07-01',
          ...visit,
          ...campaign,
          pages: 5,
          exit_page: '/read',
          is_session: true,
          is_continuation: false,
        },
        {
          day: '2025-07-02',
          ...visit,
          ...campaign,
          pages: 2,
          exit_page: '/last',
          is_session: false,
          is_continuation: true,
        },
      ]);
    });

    it('hands on an earlier landing page that comes late, and the day after midnight is not built again', async () => {
      const built = await rollUp([view('2025-07-02T01:45Z', 'https://acme.com/first?utm_medium=social')]);
      expect(built['sessions']).toEqual(['2025-07-01']);
      const visit = { visit_started_at: '2025-07-02T01:45:00.000Z', landing_page: '/first', channel: 'social' };
      expect(await rowsOf('long-v1')).toMatchObject([visit, visit]);
    });

    it('is read by a run in the same way, for the days that it binds', async () => {
      const read = async (days: readonly string[]): Promise<unknown[]> => {
        const builds = await connections.clickhouse.query<{ readonly day: string; readonly build_id: string }>(
          `select toString(day) as day, toString(build_id) as build_id from newest_builds where model = 'sessions' and has({days: Array(String)}, toString(day))`,
          { days },
        );
        return connections.clickhouse.query(
          `select toString(day) as day, landing_page, channel
          from sessions_at(builds = {builds: Array(Tuple(Date, UUID))})
          where visitor = 'long-v1'
          order by started_at`,
          { builds: builds.map(({ day, build_id }) => [day, build_id]) },
        );
      };
      expect(await read(['2025-07-01', '2025-07-02'])).toEqual([
        { day: '2025-07-01', landing_page: '/first', channel: 'social' },
        { day: '2025-07-02', landing_page: '/first', channel: 'social' },
      ]);
      expect(await read(['2025-07-02'])).toEqual([{ day: '2025-07-02', landing_page: '/after', channel: 'direct' }]);
    });
  });

  it('key events follow a page of the same visitor within the silence, also after midnight; they extend nothing', async () => {
    const at = (time: string, type: string): SeedSignal =>
      viewOf('keys', ['v1', `2025-07-11T${time}Z`, 'https://acme.com/', '', type]);
    await rollUp([
      at('03:00', 'form_submitted'),
      at('03:10', 'page_viewed'),
      at('03:10', 'form_submitted'),
      at('03:39:59.999', 'demo_requested'),
      at('03:40', 'demo_requested'),
      at('03:45', 'page_viewed'),
      at('04:10', 'demo_requested'),
    ]);
    expect(await rowsOf('keys-v1')).toMatchObject([
      { day: '2025-07-10', duration_ms: 0, key_events: 2, key_event_types: ['demo_requested', 'form_submitted'] },
      { day: '2025-07-10', duration_ms: 0, key_events: 1, key_event_types: ['demo_requested'] },
    ]);
  });

  it('a visit is of its anonymous id, belongs to who signs in, and without an anonymous id is of the user', async () => {
    const url = 'https://acme.com/';
    const page = (at: string, who: Partial<SeedSignal>): SeedSignal => ({ at, type: 'page_viewed', url, ...who });
    await rollUp([
      page('2025-07-15T15:00Z', { anonymous: 'who-v1' }),
      page('2025-07-15T15:05Z', { anonymous: 'who-v1', user: 'who-u1' }),
      page('2025-07-15T15:07Z', { user: 'who-u1' }),
    ]);
    const owner = { identity_kind: 'user', identity: 'who-u1' };
    expect(await rowsOf('who-v1')).toMatchObject([{ visitor_kind: 'anonymous', pages: 2, ...owner }]);
    expect(await rowsOf('who-u1')).toMatchObject([{ visitor_kind: 'user', pages: 1, ...owner }]);
  });

  it.each([
    ['https://mail.google.com/mail/u/0/', 'email'],
    ['https://news.google.com.br/x', 'organic'],
    ['https://search.yahoo.co.jp/search', 'organic'],
    ['https://google.evil.example/', 'referral'],
    ['https://notgoogle.com/', 'referral'],
    ['android-app://com.google.android.gm/', 'email'],
    ['https://WWW.ACME.COM:443/a', 'direct'],
    ['https://app.acme.com/', 'referral'],
    ['https://m.facebook.com/l.php?u=x', 'social'],
    ['//t.co/abc', 'direct'],
  ])('from %s it is %s', async (referrer, channel) => {
    const visitor = `from-${referrer}`;
    await rollUp([viewOf('from', [referrer, '2025-07-20T15:00Z', 'https://acme.com/', referrer])]);
    expect((await rowsOf(visitor)).map((row) => row.channel)).toEqual([channel]);
  });

  describe('against the same words by hand', () => {
    const random = seededRandom(testSeed());
    // Around midnight of nights in November, one of 25 hours among them.
    const START = Date.parse('2025-11-01T20:00Z');
    const gap = (): number =>
      random.pick([0, 1, 29_999, 30_000, 600_000, 1_799_999, 1_800_000, 1_800_001, 5_000_000, 20_000_000]);

    const history = (name: string): OracleSignal[] => {
      const signals: OracleSignal[] = [];
      for (let visitor = 0; visitor < 12; visitor += 1) {
        let at = START + random.integer(0, 4 * 3_600_000);
        for (let n = 0; n < 25; n += 1) {
          at += gap();
          signals.push({
            id: `${name}-${visitor}-${random.integer(0, 1e9)}-${n}`,
            visitor: String(visitor),
            at,
            type: random.pick(['page_viewed', 'page_viewed', 'page_viewed', 'demo_requested']),
            url: `https://acme.com/${random.pick(['a', 'b', 'c'])}${random.pick(['', '?utm_medium=cpc', '?a=1&utm_medium=email', '?utm_medium=x'])}`,
            referrer: random.pick([
              '',
              'https://www.google.de/',
              'https://t.co/x',
              'https://acme.com/y',
              'https://partner.example/',
            ]),
          });
        }
      }
      return signals;
    };
    const seeded = (copy: string, signal: OracleSignal): SeedSignal => ({
      id: `${copy}${signal.id}`,
      at: new Date(signal.at).toISOString(),
      type: signal.type,
      anonymous: `${copy}-${signal.visitor}`,
      url: signal.url,
      referrer: signal.referrer,
    });
    it('random visits are the same, in whatever order and however often their signals come', async () => {
      const signals = history('h');
      const copies = {
        plain: signals,
        mixed: random.shuffle(signals),
        twice: random.shuffle([...signals, ...signals.slice(50)]),
      };
      await rollUp(Object.entries(copies).flatMap(([copy, list]) => list.map((signal) => seeded(copy, signal))));
      const columns = Object.keys(sessionsByHand(signals, ZONE)[0] ?? {}) as (keyof OracleSession)[];
      const order = (a: OracleSession, b: OracleSession): number =>
        Number(a.visitor) - Number(b.visitor) || a.started_at - b.started_at;
      for (const copy of Object.keys(copies)) {
        const found = await connections.clickhouse.query<OracleSession>(
          `select
            ${columns.filter((column) => column !== 'visitor' && column !== 'day' && !column.endsWith('_at')).join(', ')},
            toString(day) as day,
            splitByChar('-', visitor)[2] as visitor,
            ${columns
              .filter((column) => column.endsWith('_at'))
              .map((column) => `toFloat64(toUnixTimestamp64Milli(sessions.${column})) as ${column}`)
              .join(', ')}
          from sessions
          where startsWith(sessions.visitor, {copy: String})`,
          { copy: `${copy}-` },
        );
        expect(found.sort(order)).toEqual(sessionsByHand(signals, ZONE).sort(order));
      }
    });
  });

  it('every visitor has as many sessions as person_days counts', async () => {
    const different = await connections.clickhouse.query(
      `select identity, sum(sessions) as here, sum(classes) as there
      from (
        select day, identity, toInt32(countIf(is_session)) as sessions, 0 as classes from sessions group by day, identity
        union all
        select day, identity, 0, toInt32(sumIf(count, signal_class = 'session')) from person_days group by day, identity
      )
      group by day, identity
      having here != there`,
    );
    expect(different).toEqual([]);
    expect(await classSessions('plain-1')).toBeGreaterThan(0);
  });
});
