import { tcpProxy, waitFor, type TcpProxy } from '@millrace/platform-testing';

import { settle } from '../world/settle';
import { settleAndCheck, useWorld } from '../world/use-world';

describe('a registry in trouble', () => {
  const world = useWorld({ sources: { website: 2 } });
  let registry: TcpProxy;

  beforeAll(async () => {
    registry = await tcpProxy(world().corner.environment['SCHEMA_REGISTRY_URL'] ?? '');
  });
  afterAll(() => registry?.close());

  it('is waited for: no verdict, no loss, no restart', async () => {
    const { producers } = world();
    const topic = world().topic('website');
    registry.cut();
    const replica = await world().start({ SCHEMA_REGISTRY_URL: registry.url }, { waitsForReady: false });
    await producers.sendMix(topic, 60);
    await waitFor('the service to wait for the registry', () => replica.logs().includes('reading a schema'));
    const verdicts = await world().corner.clickhouse.queryOne<{ rows: number }>(
      "select count() as rows from signals_quarantined where reason in ('unknown_schema', 'unreadable_schema')",
    );
    expect(verdicts).toEqual({ rows: 0 });
    registry.restore();
    await settleAndCheck(world(), { replay: 'none' });
    expect(replica.isRunning).toBe(true);
  });

  it('new schemas in the middle of a batch, while it is slow', async () => {
    const topic = await world().createTopic('crm', 1);
    const { producers } = world();
    await settle(world());
    registry.delay(150);
    await producers.sendMix(topic, 120);
    await settleAndCheck(world(), { replay: 'none' });
    registry.restore();
  });

  it('away for a schema that nobody has seen, in the middle of a batch', async () => {
    registry.cut();
    // Registered directly, not through the proxy.
    const topic = await world().createTopic('billing', 2);
    const { producers } = world();
    await producers.sendMix(topic, 60);
    await producers.sendMix(world().topic('website'), 60);
    registry.restore();
    await settleAndCheck(world());
  });
});
