import { useStack, waitFor } from '@millrace/platform-testing';
import { createBatchProducer } from '../producer/batch-producer';
import { specKafka } from '../testing/client';
import { ensureTopics } from '../topics/ensure-topics';
import { createCompactedView, type CompactedView } from './compacted-view';

describe('the view of compacted topics on a real broker', () => {
  const stack = useStack();
  const kafka = specKafka();
  const views: CompactedView<string>[] = [];
  let names = 0;

  afterEach(async () => {
    await Promise.all(views.splice(0).map((view) => view.stop()));
  });

  const newTopic = async (): Promise<string> => {
    const name = `${stack.topicPrefix}entities.${names++}`;
    await ensureTopics(kafka, [{ name, partitions: 3, replicationFactor: 1, config: { 'cleanup.policy': 'compact' } }]);
    return name;
  };
  const put = async (topic: string, entries: Record<string, string | null>): Promise<void> => {
    const producer = createBatchProducer({ kafka });
    await producer.sendMany(
      Object.entries(entries).map(([key, value]) => ({
        topic,
        key,
        value: value === null ? null : Buffer.from(value),
      })),
    );
    await producer.close();
  };
  const open = (
    topics: string[],
    parse = (value: Buffer): string | undefined => value.toString(),
  ): CompactedView<string> => {
    const view = createCompactedView<string>({
      kafka,
      topics,
      name: stack.topicPrefix,
      parse: ({ value }) => parse(value),
    });
    views.push(view);
    return view;
  };

  it('is ready once everything that was there is in it, then follows changes and deletions', async () => {
    const [accounts, people] = [await newTopic(), await newTopic()];
    await put(accounts, { a: '1', b: '1', c: '1' });
    await put(accounts, { a: '2', c: null });
    await put(people, { a: 'Ada' });
    const view = open([accounts, people]);
    await view.start();
    await view.ready();
    expect(view.values(accounts)).toEqual(
      new Map([
        ['a', '2'],
        ['b', '1'],
      ]),
    );
    expect(view.get(people, 'a')).toBe('Ada');
    expect(view.counts()).toEqual({ keys: 3, unreadable: 0 });

    const changes: string[] = [];
    view.onChange((_topic, key, value) => changes.push(`${key}=${value ?? '(deleted)'}`));
    await put(accounts, { b: '3' });
    await put(accounts, { b: null });
    await waitFor('the deletion', () => view.get(accounts, 'b') === undefined);
    expect(changes).toEqual(['b=3', 'b=(deleted)']);
  });

  it('is ready at once on empty topics', async () => {
    const view = open([await newTopic()]);
    await view.start();
    await view.ready();
    expect(view.isReady()).toBe(true);
  });

  it('keeps the value it had when a new one cannot be read, and counts it', async () => {
    const topic = await newTopic();
    await put(topic, { a: 'good' });
    await put(topic, { a: 'bad' });
    const view = open([topic], (value) => (value.toString() === 'bad' ? undefined : value.toString()));
    await view.start();
    await view.ready();
    expect(view.get(topic, 'a')).toBe('good');
    expect(view.counts().unreadable).toBe(1);
  });

  it('waits, and does not become ready, while a value cannot be parsed for now', async () => {
    const topic = await newTopic();
    await put(topic, { a: '1' });
    let isAway = true;
    let asked = 0;
    const view = open([topic], (value) => {
      asked += 1;
      if (isAway) throw new Error('the registry does not answer');
      return value.toString();
    });
    await view.start();
    await waitFor('a second try', () => asked > 1);
    expect(view.isReady()).toBe(false);
    isAway = false;
    await view.ready();
    expect(view.get(topic, 'a')).toBe('1');
  });
});
