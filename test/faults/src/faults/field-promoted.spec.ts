import { loadSql } from '@millrace/platform-clickhouse';
import { tcpProxy, waitFor, type TcpProxy } from '@millrace/platform-testing';

import { buildWithPromotedField, type PromotedBuild } from '../world/promoted-build';
import { askWindowing, runWindowing } from '../world/run-windowing';
import { settle } from '../world/settle';
import { settleAndCheck, useWorld } from '../world/use-world';

interface Landings {
  readonly most: number;
  readonly landed: number;
  readonly differing: number;
}

describe('a deploy that promotes a field', () => {
  const world = useWorld({ settings: { LANDING_INSERT_TIMEOUT_SECONDS: '2' } });
  let build: PromotedBuild;
  let wire: TcpProxy;

  beforeAll(async () => {
    build = buildWithPromotedField();
    wire = await tcpProxy(world().corner.environment['CLICKHOUSE_URL'] ?? '');
  });
  afterAll(async () => {
    await wire?.close();
    build?.remove();
  });

  const sendEverywhere = async (): Promise<void> => {
    const { producers, topics, random } = world();
    for (const topic of topics) await producers.sendMix(topic, random.integer(40, 80));
  };
  const landings = (): Promise<Landings | undefined> =>
    world().corner.clickhouse.queryOne<Landings>(loadSql(__dirname, 'sql/landings.sql'));

  it('between two landings of a record: both landed the same, and it is sealed once', async () => {
    const old = await world().start({ CLICKHOUSE_URL: wire.url });
    await sendEverywhere();
    await settle(world());
    const before = await landings();
    // The old version lands records and never hears of it, so the new one lands them again.
    wire.dropReplies();
    await sendEverywhere();
    await waitFor('records to be landed', landings, { until: (now) => (now?.landed ?? 0) > (before?.landed ?? 0) });
    await old.kill();
    wire.restore();
    const deployed = await runWindowing(['deploy'], world().environment, build.cli);
    expect({ code: deployed.code, stderr: deployed.stderr }).toEqual({ code: 0, stderr: '' });
    await world().start({}, { program: build.main });
    await settleAndCheck(world(), { replay: 'none' });
    const after = await landings();
    expect(after?.most).toBeGreaterThan(1);
    expect(after?.differing).toBe(0);
  });

  it('while both versions run: what each of them sealed is rebuilt by its own code, and by the other', async () => {
    await world().start();
    for (let round = 0; round < 3; round++) {
      await sendEverywhere();
      await settle(world());
    }
    await world().stopReplicas();
    await sendEverywhere();
    await world().start({}, { program: build.main });
    await settleAndCheck(world());
    const replayed = await askWindowing<{ readonly is_equal: boolean }>(
      ['replay', '--verify', '--source', 'kafka'],
      world().environment,
      build.cli,
    );
    expect(replayed.is_equal).toBe(true);
    const rows = await world().corner.clickhouse.query<{ code_version: string; promoted: number; differing: number }>(
      loadSql(__dirname, 'sql/promoted-rows.sql'),
    );
    expect(rows.filter(({ differing }) => differing > 0)).toEqual([]);
    expect(rows.map(({ promoted }) => promoted > 0).sort()).toEqual([false, true]);
  });
});
