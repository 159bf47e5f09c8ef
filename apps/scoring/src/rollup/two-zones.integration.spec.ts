import { loadModelSettings, personDays } from '@millrace/catalog-models';
import { silentLog } from '@millrace/platform-kafka';
import { useStack } from '@millrace/platform-testing';

import { readScoringConfig } from '../app.config';
import { createSealedReads } from '../chain/sealed-reads';
import { closeConnections, createConnections, type Connections } from '../connections/connections';
import { prepare, seal } from '../testing/seed';
import { builtThrough, createRollupBuilder } from './rollup-builder';

describe('days after a change of the zone', () => {
  const stack = useStack();
  let connections: Connections;

  beforeAll(async () => {
    const config = readScoringConfig(stack.environment);
    connections = createConnections(config, silentLog);
    await prepare(config, connections);
    await Promise.all([connections.chain.start(), connections.scores.start()]);
  });
  afterAll(() => closeConnections(connections));

  it('a signal stands on one day, whatever zone it stood in before', async () => {
    const { clickhouse, config } = connections;
    const head = await seal(connections, 1, '2026-11-23T05:10:00Z', [
      { at: '2026-11-21T02:00Z', type: 'demo_requested', user: 'u1' },
      { at: '2026-11-20T15:00Z', type: 'demo_requested', user: 'u2' },
    ]);
    await connections.chain.refresh();
    const { settings, hash } = loadModelSettings(personDays, config.MODELS_CONFIG_DIR);
    const sealed = createSealedReads({
      clickhouse,
      chain: connections.chain,
      builtThrough: () => builtThrough(clickhouse),
    });
    const days = async (zone: string): Promise<unknown[]> => {
      const builder = createRollupBuilder({
        clickhouse,
        model: personDays,
        zone,
        settings,
        settingsHash: hash,
        sealed,
      });
      await builder.ensureDays('2026-11-20', '2026-11-22', head);
      return clickhouse.query('select toString(day) as day, identity from person_days order by identity');
    };
    expect(await days('America/New_York')).toEqual([
      { day: '2026-11-20', identity: 'u1' },
      { day: '2026-11-20', identity: 'u2' },
    ]);
    expect(await days('Europe/Berlin')).toEqual([
      { day: '2026-11-21', identity: 'u1' },
      { day: '2026-11-20', identity: 'u2' },
    ]);
  });
});
