import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import type { Load, Sink, SqlSession } from '@millrace/catalog-destinations';
import { MODELS } from '@millrace/catalog-models';
import { LOADABLE_VIEWS } from '@millrace/catalog-models/published';
import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { createAccount, createHttpClient, Limits } from '@millrace/platform-http';
import { createPostgresSink } from '@millrace/platform-postgres';
import { usePostgres, useStack, waitFor } from '@millrace/platform-testing';

import { MIGRATIONS } from '../deployment';
import { parseDestinations } from '../destinations/load-destinations';
import { createSinkTools, postgres, postgresSettings } from '../testing/postgres-destination';
import { LoadSchedule } from './load-schedule';
import { Loads, type LoadsDeps } from './loads';

const stack = useStack();
const server = usePostgres();
const sink = createPostgresSink();
const lines: { readonly level: string; readonly text: string }[] = [];
let clickhouse: ClickHouse;
let now = Date.UTC(2026, 0, 10, 12, 30);

const write =
  (level: string) =>
  (_facts: unknown, text = ''): void =>
    void lines.push({ level, text });
const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };

beforeAll(async () => {
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  const rollups = MODELS.filter(({ name }) => LOADABLE_VIEWS[name] !== undefined);
  const folders = {
    scoring: join(__dirname, '../../../scoring/src/migrations'),
    ...Object.fromEntries(rollups.map(({ name, folder }) => [`model.${name}`, join(folder, 'migrations')])),
    sync: MIGRATIONS,
  };
  // Scoring's own tables for reruns: not what is read here.
  const macros = { rows_of: (table: string) => `{{database}}.${table}` };
  for (const [service, directory] of Object.entries(folders)) {
    await runMigrations({ clickhouse, service, directory, macros });
  }
});
afterAll(async () => {
  await sink.close();
  await clickhouse.close();
});
beforeEach(async () => {
  lines.length = 0;
  await query('drop schema if exists millrace cascade');
  const rows = ['person_days_rows', 'sessions_rows', 'account_days_rows'];
  for (const table of ['rollup_builds', ...rows, 'delivery_loads']) {
    await clickhouse.command(`truncate table ${table}`);
  }
});

type Rows = readonly Readonly<Record<string, unknown>>[];
const query = async (text: string): Promise<Rows> => {
  const target = { dialect: 'postgres', tls: 'off', allowPrivateAddresses: true, timeoutMs: 10_000 } as const;
  const answer = await sink.transaction({ ...target, ...server.current }, (session) => session.query(text));
  if (answer.kind !== 'done') throw new Error(answer.detail);
  return answer.result;
};

/** A build of a day of a rollup, as scoring writes it. */
async function buildOf(model: string, day: string, rows: readonly object[], step = 1): Promise<void> {
  const common = { day, zone: 'America/New_York', build_id: randomUUID(), step, is_complete: true };
  await clickhouse.insertRows(
    `${model}_rows`,
    rows.map((row) => ({ ...common, ...row })),
  );
  await clickhouse.insertRows('rollup_builds', [
    { ...common, model, definition_hash: 'd', until: 0, counts: {}, duration_ms: 1 },
  ]);
}

/** A build of a day of person_days. */
async function build(day: string, identities: readonly string[], step = 1, count = 1): Promise<void> {
  const rows = identities.map((identity, at) => ({
    identity_kind: 'email',
    identity,
    signal_class: 'pricing',
    count,
    value: '12345678901234567890.5',
    first_occurred_at: `${day} 10:00:00.123`,
    last_occurred_at: `${day} 11:00:00`,
    sessions: at,
    distinct_features: 0,
    features: ["it's", 'a "b" \\ c'],
    signal_ids: [`${identity}-1`],
  }));
  await buildOf('person_days', day, rows, step);
}

const loadsWith = (
  changed: Partial<LoadsDeps> = {},
  load = postgres.load as Load<unknown>,
  through: Sink = sink,
  view = 'person_days',
): Loads => {
  const destination = {
    name: 'warehouse',
    entries: [{ view, cron: '0 */4 * * *' }],
    load,
    settings: postgres.settings.parse(postgresSettings(server.current)),
    redact: (text: string) => text,
    tools: createSinkTools(through),
  };
  const log_ = log as unknown as LoadsDeps['log'];
  return new Loads({
    ...{ destinations: [destination], clickhouse, zone: 'America/New_York', replica: 'one', now: () => now, log: log_ },
    ...changed,
  });
};
/** A process that was just started, at its next tick. */
const load = async (loads = loadsWith()): Promise<void> => {
  now += 4 * 3_600_000;
  await loads.tick();
};
const records = (columns = 'state, replaced, removed, rows'): Promise<Rows> =>
  clickhouse.query(`select ${columns} from delivery_loads order by started_at, replica`);

/** Both sides in the same words, by their own servers. */
async function expectEqual(): Promise<void> {
  const there = await query(`
    select day::text, identity, signal_class, count, value::text, is_complete, sessions, features, signal_ids,
      to_char(first_occurred_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') as first_occurred_at
    from millrace.person_days order by day, identity collate "C"`);
  const wanted = await clickhouse.query(`
    select toString(day) as day, identity, signal_class, toString(count) as count,
      toDecimalString(value, 6) as value, is_complete,
      toString(sessions) as sessions, features, signal_ids, toString(first_occurred_at) as first_occurred_at
    from person_days order by day, identity`);
  const inOneForm = (rows: Rows): Rows =>
    rows.map((row) => ({ ...row, value: String(row['value']).replace(/\.?0+$/, '') }));
  expect(inOneForm(there)).toEqual(inOneForm(wanted));
}

it('loads every day at first, with comments on the table and its columns', async () => {
  await build('2026-01-08', ['ann@example.com', 'tab\tline\nback\\slash', "o'neil \u00fc"]);
  await build('2026-01-09', ['ann@example.com']);
  await load();
  await expectEqual();
  expect(await records()).toEqual([{ state: 'done', replaced: 2, removed: 0, rows: 4 }]);
  const [comments] = await query(`
    select obj_description('millrace.person_days'::regclass) as about,
      (select count(*)::int from pg_attribute a where attrelid = 'millrace.person_days'::regclass and attnum > 0
        and col_description(attrelid, attnum) is null) as without`);
  expect(comments).toMatchObject({ about: expect.stringMatching(/^What each identity did/) as string, without: 0 });
});

it('does nothing where nothing was touched', async () => {
  await build('2026-01-09', ['ann@example.com']);
  await load();
  const before = await query('select xmin::text, ctid::text from millrace.person_days');
  await load();
  expect(await query('select xmin::text, ctid::text from millrace.person_days')).toEqual(before);
  expect((await records())[1]).toEqual({ state: 'done', replaced: 0, removed: 0, rows: 0 });
});

it('replaces only the day that a late signal built again', async () => {
  await build('2026-01-08', ['ann@example.com', 'bob@example.com']);
  await build('2026-01-09', ['ann@example.com']);
  await load();
  const kept = await query(`select ctid::text, * from millrace.person_days where day = '2026-01-09'`);
  await build('2026-01-08', ['ann@example.com', 'cid@example.com'], 2, 5);
  await load();
  await expectEqual();
  expect(await query(`select ctid::text, * from millrace.person_days where day = '2026-01-09'`)).toEqual(kept);
  expect((await records())[1]).toEqual({ state: 'done', replaced: 1, removed: 0, rows: 2 });
});

it('removes a day that vanished, and leaves what there is when all of them did', async () => {
  await build('2026-01-08', ['ann@example.com']);
  await build('2026-01-09', ['ann@example.com']);
  await load();
  await clickhouse.command(`alter table rollup_builds delete where day = '2026-01-08' settings mutations_sync = 2`);
  await load();
  await expectEqual();
  expect((await records())[1]).toEqual({ state: 'done', replaced: 0, removed: 1, rows: 0 });
  await clickhouse.command('truncate table rollup_builds');
  await load();
  expect(await query('select count(*)::int as n from millrace.person_days')).toEqual([{ n: 1 }]);
  expect((await records('state, detail'))[2]).toMatchObject({
    state: 'failed',
    detail: expect.stringMatching(/left/) as string,
  });
});

it('ends equal when it was killed anywhere and a new process goes on', async () => {
  const days = ['2026-01-07', '2026-01-08'];
  for (const day of days) await build(day, ['ann@example.com', 'bob@example.com']);
  await load();
  let isEnded = false;
  for (let killAt = 1; !isEnded; killAt++) {
    await query('truncate millrace.person_days, millrace.millrace_loads');
    await clickhouse.command('truncate table delivery_loads');
    let statements = 0;
    // What comes after this statement never happens, and the process writes nothing down.
    const dying = interrupting(() => {
      statements += 1;
      if (statements === killAt) throw new Killed();
    });
    await load(loadsWith({ clickhouse: withoutWriting(clickhouse) }, undefined, dying));
    isEnded = statements < killAt;
    await loadsWith().tick();
    await expectEqual();
    const [counts] = await query(
      'select count(*)::int as parts, sum(row_count)::int as rows from millrace.millrace_loads',
    );
    expect(counts).toEqual({ parts: 2, rows: 4 });
  }
});

it('loads days of account_days, with what is null', async () => {
  const loads = () => loadsWith({}, undefined, sink, 'account_days');
  const row = { account_kind: 'domain', signal_class: 'login', count: 3, value: '0.5', people: ['user:u1'] };
  await buildOf('account_days', '2026-01-08', [
    { ...row, account: 'acme.com', is_usage: true, seats_used: 7, seats_at: '2026-01-08 10:00:00' },
    { ...row, account: 'beta.com' },
  ]);
  await load(loads());
  const there = await query(`
    select day::text, account, count, value::text, is_usage, people, seats_used from millrace.account_days order by account`);
  const same = { day: '2026-01-08', count: '3', value: '0.5', people: ['user:u1'] };
  expect(there.map((one) => ({ ...one, value: String(one['value']).replace(/0+$/, '') }))).toEqual([
    { ...same, account: 'acme.com', is_usage: true, seats_used: '7' },
    { ...same, account: 'beta.com', is_usage: false, seats_used: null },
  ]);
  await load(loads());
  expect((await records('replaced, rows'))[1]).toEqual({ replaced: 0, rows: 0 });
});

it('loads a day of sessions again when a visit over midnight began otherwise on the day before', async () => {
  const loads = () => loadsWith({}, undefined, sink, 'sessions');
  const visit = { visitor_kind: 'anonymous', visitor: 'a1', channel: 'direct' };
  const evening = (landing_page: string, channel: string, step: number) =>
    buildOf(
      'sessions',
      '2026-01-08',
      [{ ...visit, started_at: '2026-01-09 04:50:00', landing_page, channel, is_continued: true }],
      step,
    );
  await evening('/', 'direct', 1);
  await buildOf('sessions', '2026-01-09', [
    { ...visit, started_at: '2026-01-09 05:10:00', landing_page: '/b', is_continuation: true },
  ]);
  await buildOf('sessions', '2026-01-10', [{ ...visit, started_at: '2026-01-10 15:00:00', landing_page: '/c' }]);
  await load(loads());
  const there = () => query('select day::text, landing_page, channel from millrace.sessions order by 1');
  const shown = () => clickhouse.query('select toString(day) as day, landing_page, channel from sessions order by 1');
  expect(await there()).toEqual(await shown());
  await evening('/pricing', 'email', 2);
  await load(loads());
  expect(await there()).toEqual([
    { day: '2026-01-08', landing_page: '/pricing', channel: 'email' },
    { day: '2026-01-09', landing_page: '/pricing', channel: 'email' },
    { day: '2026-01-10', landing_page: '/c', channel: 'direct' },
  ]);
  expect(await there()).toEqual(await shown());
  expect((await records('replaced, rows'))[1]).toEqual({ replaced: 2, rows: 2 });
});

it('loads each run of score_history once, with its rows', async () => {
  const publish = async (run_id: string, ids: readonly string[]): Promise<void> => {
    const run = { run_id, model: 'lead_score', as_of_date: '2026-01-10' };
    const rows = ids.map((entity_id) => ({
      ...run,
      entity_kind: 'person',
      entity_id,
      score: 72,
      score_reasons: ["it's"],
    }));
    await clickhouse.insertRows('score_rows', rows);
    await clickhouse.insertRows('score_run_records', [{ ...run, as_of: '2026-01-10 07:00:00', log_offset: 1 }]);
  };
  const loads = () => loadsWith({}, undefined, sink, 'score_history');
  const there = () =>
    query('select run_id, entity_id, score, previous_score, score_reasons from millrace.score_history order by 1, 2');
  const row = (run_id: string, entity_id: string) => {
    return { run_id, entity_id, score: '72', previous_score: null, score_reasons: ["it's"] };
  };
  await publish('run-1', ['ann', 'bob']);
  await load(loads());
  expect(await there()).toEqual([row('run-1', 'ann'), row('run-1', 'bob')]);
  await publish('run-2', ['ann']);
  await load(loads());
  expect(await there()).toEqual([row('run-1', 'ann'), row('run-1', 'bob'), row('run-2', 'ann')]);
  expect((await records())[1]).toEqual({ state: 'done', replaced: 1, removed: 0, rows: 1 });
});

it('is done once by two replicas at once', async () => {
  for (const day of ['2026-01-07', '2026-01-08', '2026-01-09'])
    await build(day, ['ann@example.com', 'bob@example.com']);
  const replicas = ['one', 'two', 'three'].map((replica) => loadsWith({ replica }));
  now += 4 * 3_600_000;
  await Promise.all(replicas.map((loads) => loads.tick()));
  await expectEqual();
  const rows = await records();
  expect(rows.map(({ state }) => state)).toEqual(rows.map(() => 'done'));
  expect(rows.reduce((sum, row) => sum + Number(row['replaced']), 0)).toBe(3);
});

it('takes the newest build of a day that is built again while it is read', async () => {
  await build('2026-01-09', ['ann@example.com']);
  let isFirst = true;
  const racing: Load<unknown> = {
    begin: (...given) => (postgres.load as Load<unknown>).begin(...given),
    replace: async (table, part, ...more) => {
      if (isFirst) await build('2026-01-09', ['ann@example.com', 'bob@example.com'], 2);
      isFirst = false;
      return (postgres.load as Load<unknown>).replace(table, part, ...more);
    },
  };
  await load(loadsWith({}, racing));
  await expectEqual();
  expect(await records()).toEqual([{ state: 'done', replaced: 1, removed: 0, rows: 2 }]);
});

it('tells a failure once, tries again at the next tick, and says when it is well', async () => {
  await build('2026-01-09', ['ann@example.com']);
  await query('create schema millrace');
  await query('create view millrace.person_days as select 1 as day');
  const loads = loadsWith();
  await load(loads);
  await loads.tick();
  await load(loads);
  expect(lines.map(({ level }) => level)).toEqual(['warn', 'debug']);
  expect(lines[0]?.text).toMatch(/person_days is not loaded into warehouse, it is tried again at the next tick: 42/);
  await query('drop view millrace.person_days');
  await load(loads);
  expect(lines.at(-1)).toEqual({ level: 'info', text: 'person_days is loaded into warehouse again' });
  await expectEqual();
  expect((await records()).map(({ state }) => state)).toEqual(['failed', 'failed', 'done']);
});

it('loads once for all ticks that were missed, and not again for one that another process did', async () => {
  await build('2026-01-09', ['ann@example.com']);
  now += 5 * 86_400_000;
  await loadsWith().tick();
  await loadsWith().tick();
  expect(await records()).toHaveLength(1);
});

it('refuses a table that holds what is delivered', async () => {
  await build('2026-01-09', ['ann@example.com']);
  await query('create schema millrace');
  await query('create table millrace.person_days (email text primary key, millrace_as_of timestamptz)');
  await load();
  expect((await records('state, detail'))[0]).toMatchObject({
    state: 'failed',
    detail: expect.stringMatching(/holds what is delivered/) as string,
  });
});

it('holds a day of a hundred thousand rows', async () => {
  await build('2026-01-09', ['first@example.com']);
  await clickhouse.command(`
    insert into person_days_rows
    select days.* replace (concat('u', toString(one.number), '@example.com') as identity, toUInt32(one.number + 1) as sessions)
    from person_days_rows as days cross join numbers(99999) as one`);
  await load();
  expect(await query('select count(*)::int as n, sum(sessions)::text as sum from millrace.person_days')).toEqual([
    { n: 100_000, sum: String((99_999 * 100_000) / 2) },
  ]);
});

it('runs by itself from the destinations file, and ends when it is told to', async () => {
  await build('2026-01-09', ['ann@example.com']);
  const entry = {
    ...{ name: 'warehouse', kind: 'postgres', settings: postgresSettings(server.current) },
    loads: [{ view: 'person_days', table: 'days' }],
  };
  const [configured] = parseDestinations(JSON.stringify({ destinations: [entry] }), 'f.json');
  if (configured === undefined) throw new Error('no destination');
  const client = createHttpClient();
  const account = createAccount({ client, limits: new Limits([]), timeoutMs: 1_000, allowPrivateAddresses: true });
  const schedule = new LoadSchedule({
    ...{ destinations: [{ configured, account }], sink, clickhouse, zone: 'America/New_York', replica: 'one' },
    ...{ everyMs: 50, log: log as unknown as LoadsDeps['log'] },
  });
  schedule.start();
  await waitFor('the load', () => records('state, rows'), { until: (rows) => rows.length === 1 });
  schedule.check();
  await schedule.stop();
  expect(await records('state, rows')).toEqual([{ state: 'done', rows: 1 }]);
  expect(await query('select identity from millrace.days')).toEqual([{ identity: 'ann@example.com' }]);
});

class Killed extends Error {}

/** Calls `see` before each statement; what it throws ends the work there. */
function interrupting(see: () => void): Sink {
  const seeing = (session: SqlSession): SqlSession => ({
    query: async (text, values) => {
      see();
      return session.query(text, values);
    },
    copyIn: async (statement, rows) => {
      see();
      return session.copyIn(statement, rows);
    },
  });
  return { transaction: (target, work) => sink.transaction(target, (session) => work(seeing(session))) };
}

/** A process that ends before it writes down what it did. */
function withoutWriting(real: ClickHouse): ClickHouse {
  return new Proxy(real, {
    get: (target, name) => {
      if (name === 'insertRows') return () => Promise.reject(new Killed());
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
