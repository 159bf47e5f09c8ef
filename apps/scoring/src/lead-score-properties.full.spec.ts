import { addDays } from '@millrace/contract-window';
import { seededRandom, testSeed, useStack, type SeededRandom, type Stack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from './connections/connections';
import { createEngine } from './runs/engine';
import { runWithUpstream } from './runs/run-upstream';
import { install, seal, type SeedSignal } from './testing/seed';

const D = '2026-03-10';
// 02:00 in New York on that day.
const AS_OF = Date.parse(`${D}T06:00:00Z`);
const LATER = `${D}T05:10:00Z`;
const HISTORIES_OF_A_SEED = 25;
/** Each day is built for each rollup of the chain; the oracle spec looks further back. */
const DAYS = 5;

type Happening = Pick<SeedSignal, 'at' | 'type' | 'id' | 'path' | 'properties'>;
const KINDS: readonly Omit<Happening, 'at' | 'id'>[] = [
  { type: 'demo_requested' },
  { type: 'trial_started' },
  { type: 'meeting_held' },
  { type: 'webinar_attended' },
  { type: 'content_downloaded' },
  { type: 'feature_used', properties: { feature: 'report_built' } },
  { type: 'email_clicked' },
  { type: 'email_opened' },
];
/** What takes points away, gives them back, or only counts in company; a page between two visits makes them one. */
const OTHERS: readonly Omit<Happening, 'at' | 'id'>[] = [
  { type: 'page_viewed', path: '/pricing' },
  { type: 'page_viewed', path: '/blog' },
  { type: 'unsubscribed' },
  { type: 'resubscribed' },
  { type: 'email_bounced' },
  { type: 'email_delivered' },
  { type: 'opportunity_stage_changed', properties: { stage: 'lost', opportunity_id: 'o' } },
];

interface Row {
  readonly id: string;
  readonly score: number;
  readonly stage: string;
  readonly parts: readonly (readonly unknown[])[];
  readonly points: number;
}

interface Outcome {
  readonly revision: number;
  readonly checksum: string;
  readonly rows: ReadonlyMap<string, Row>;
}

interface World {
  readonly connections: Connections;
  run(): Promise<Outcome>;
}

async function openWorld(stack: Stack): Promise<World> {
  const connections = await install(stack, { TIME_ZONE: 'America/New_York' });
  const engine = createEngine(connections);
  return {
    connections,
    async run() {
      const [{ outcome, run }] = await runWithUpstream(engine, 'lead_score', AS_OF, []);
      expect(outcome).toBe('published');
      const rows = await connections.clickhouse.query<Row>(
        `select entity_id as id, score, stage,
          arrayMap(one -> (one.component, one.signal_class, toString(one.day), one.points, one.count), contributions) as parts,
          arraySum(one -> one.points, contributions) as points
        from score_rows_of(run_id = {run_id: String})`,
        { run_id: run.run_id },
      );
      return { revision: run.revision, checksum: run.checksum, rows: new Map(rows.map((row) => [row.id, row])) };
    },
  };
}

/** What somebody did in a few days: no two things at one instant. */
function historyOf(random: SeededRandom, name: string): Happening[] {
  const kinds = [...KINDS, ...OTHERS];
  return Array.from({ length: random.integer(0, 14) }, (_, index) => ({
    ...(kinds[random.integer(0, kinds.length - 1)] as Happening),
    at: new Date(
      Date.parse(`${addDays(D, -random.integer(1, DAYS))}T06:00:00Z`) + random.integer(0, 79_000) * 1000 + index,
    ).toISOString(),
    id: `${name}-${index}`,
  }));
}
/** By one of several people: ids are their own. */
const by = (user: string, history: readonly Happening[]): SeedSignal[] =>
  history.map((one) => ({ ...one, id: `${user}/${one.id}`, user, email: `${user}@acme.com` }));
const reverse = <Item>(items: readonly Item[]): Item[] => [...items].reverse();

describe('lead_score on the engine, of random histories from a fixed seed and a fresh one', () => {
  const randoms = [20_260_310, testSeed('lead-score-properties')].map(seededRandom);
  const random = randoms[1] as SeededRandom;
  const histories = randoms.flatMap((one) =>
    Array.from({ length: HISTORIES_OF_A_SEED }, (_, index) => historyOf(one, `h${index}`)),
  );
  let onTime: Outcome;
  const added = histories.map((_, index): Happening => ({
    ...(KINDS[random.integer(0, KINDS.length - 1)] as Happening),
    at: new Date(Date.parse(`${addDays(D, -random.integer(1, DAYS))}T21:00:00.777Z`)).toISOString(),
    id: `added-${index}`,
  }));
  const late = histories.map((history) => history.filter(() => random.integer(0, 3) === 0));
  const all: readonly SeedSignal[] = histories.flatMap((history, index) => [
    ...by(`base-${index}`, history),
    ...by(`more-${index}`, [...history, added[index] as Happening]),
    // The other way round, and each twice.
    ...reverse(by(`mixed-${index}`, [...history, ...history])),
  ]);
  const isLate = ({ user, id }: SeedSignal): boolean =>
    late.some((those, index) => those.some((one) => user === `base-${index}` && id === `${user}/${one.id}`));

  describe('sealed on time', () => {
    const stack = useStack();
    let world: World;
    beforeAll(async () => {
      world = await openWorld(stack);
      await seal(world.connections, 1, LATER, all);
      onTime = await world.run();
    });
    afterAll(() => closeConnections(world.connections));
    const row = (id: string): Row | undefined => onTime.rows.get(id);

    it('a positive signal more never lowers the score', () => {
      const lowered = histories.flatMap((_, index) => {
        const [base, more] = [row(`base-${index}`), row(`more-${index}`)];
        if (more === undefined) throw new Error(`more-${index} has no row`);
        return more.score >= (base?.score ?? 0) ? [] : [{ index, base, more, added: added[index] }];
      });
      expect(lowered).toEqual([]);
      // And mostly raises it: else nothing was added.
      expect(
        histories.filter((_, index) => (row(`more-${index}`)?.score ?? 0) > (row(`base-${index}`)?.score ?? 0)).length,
      ).toBeGreaterThan(histories.length / 4);
    });

    it('order and doubles change nothing', () => {
      for (const index of histories.keys()) {
        expect({ ...row(`mixed-${index}`), id: '' }).toEqual({ ...row(`base-${index}`), id: '' });
      }
    });

    it('contributions sum to the score, which is from 0 to 100', () => {
      expect(onTime.rows.size).toBeGreaterThanOrEqual(histories.length);
      for (const { id, score, points } of onTime.rows.values()) expect({ id, score }).toEqual({ id, score: points });
      expect([...onTime.rows.values()].every(({ score }) => score >= 0 && score <= 100)).toBe(true);
    });
  });

  describe('sealed late in part', () => {
    const stack = useStack();
    let world: World;
    beforeAll(async () => (world = await openWorld(stack)));
    afterAll(() => closeConnections(world.connections));

    it('the run made again has the rows and the checksum of signals that were on time', async () => {
      await seal(
        world.connections,
        1,
        LATER,
        all.filter((signal) => !isLate(signal)),
      );
      const before = await world.run();
      await seal(world.connections, 2, LATER, all.filter(isLate));
      const after = await world.run();
      expect(all.filter(isLate).length).toBeGreaterThan(0);
      expect(before.checksum).not.toBe(onTime.checksum);
      expect(after.revision).toBe(before.revision + 1);
      expect([...after.rows.values()].sort(byId)).toEqual([...onTime.rows.values()].sort(byId));
      expect(after.checksum).toBe(onTime.checksum);
    });
  });
});

const byId = (a: Row, b: Row): number => (a.id < b.id ? -1 : 1);
