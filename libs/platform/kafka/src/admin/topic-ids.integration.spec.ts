import { useStack, waitFor } from '@millrace/platform-testing';
import { specKafka } from '../testing/client';
import { ensureTopics } from '../topics/ensure-topics';
import { topicIds } from './topic-ids';
import { withAdmin } from './with-admin';

describe('topic ids on a real broker', () => {
  const stack = useStack();
  const kafka = specKafka();

  it('tell a topic that was created again from the one it was', async () => {
    const names = ['a', 'b'].map((name) => `${stack.topicPrefix}ids.${name}`);
    const specs = names.map((name) => ({ name, partitions: 2, replicationFactor: 1, config: {} }));
    await ensureTopics(kafka, specs);
    const before = await topicIds(kafka, [...names, `${stack.topicPrefix}missing`]);
    expect([...(before?.keys() ?? [])].sort()).toEqual(names);
    expect(new Set(before?.values()).size).toBe(2);
    expect(await topicIds(kafka, names)).toEqual(before);
    await withAdmin(kafka, 'deleting', (admin) => admin.deleteTopics({ topics: [names[0] as string] }));
    await waitFor('its end', async () => (await topicIds(kafka, names))?.size === 1);
    await ensureTopics(kafka, specs);
    const after = await topicIds(kafka, names);
    expect(after?.get(names[0] as string)).not.toBe(before?.get(names[0] as string));
    expect(after?.get(names[1] as string)).toBe(before?.get(names[1] as string));
  });
});
