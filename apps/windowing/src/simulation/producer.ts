import type { World, Actor } from './world';
import { PARTITIONS, SETTINGS } from './world';

/** Sends signals: most of now, some late, some twice (a retry keeps its id and event time), some bad; leaves markers. */
export function* produce(world: World): Actor {
  const { broker, random } = world;
  const sent: { id: string; occurredAt: number }[] = [];
  while (!world.isQuiet) {
    yield;
    if (!random.chance(0.3)) continue;
    const partition = random.integer(0, PARTITIONS - 1);
    const appendedAt = world.now;
    if (random.chance(0.06)) broker.append(partition, { kind: 'marker', id: '', occurredAt: 0, appendedAt });
    else if (random.chance(0.08)) broker.append(partition, { kind: 'bad', id: '', occurredAt: 0, appendedAt });
    else if (sent.length > 0 && random.chance(0.25)) {
      const again = random.chance(0.7) ? sent.at(-random.integer(1, Math.min(5, sent.length))) : random.pick(sent);
      if (again !== undefined) broker.append(partition, { kind: 'signal', ...again, appendedAt });
    } else {
      const delay = random.chance(0.2) ? random.integer(0, 4 * SETTINGS.window.sizeMs) : random.integer(0, 15);
      const signal = { id: world.nextId('s'), occurredAt: Math.max(0, appendedAt - delay) };
      sent.push(signal);
      broker.append(partition, { kind: 'signal', ...signal, appendedAt });
    }
  }
}

/** Takes a partition's leader away now and then, sometimes past the deadline. */
export function* silencePartitions(world: World): Actor {
  const { broker, random } = world;
  while (!world.isQuiet) {
    yield;
    if (!random.chance(0.02)) continue;
    const partition = random.integer(0, PARTITIONS - 1);
    broker.silent.add(partition);
    const until = world.now + random.integer(20, 400);
    while (world.now < until && !world.isQuiet) yield;
    broker.silent.delete(partition);
  }
  broker.silent.clear();
}
