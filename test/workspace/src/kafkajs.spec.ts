import { compare, HOLDS, type AllowList } from './guard/allow-list';
import { readGraph } from './guard/module-graph';

/** Tests that drive Kafka by a second client on purpose. May only shrink. */
const ALLOWED: AllowList = {
  'to write what the library would not': [
    'apps/windowing/src/landing/landing.integration.spec.ts',
    'apps/windowing/src/testing/landing-fixture.ts',
    'test/bench/src/backlog/produce-backlog.ts',
    'test/faults/src/million/signal-stream.ts',
    'test/faults/src/world/producers.ts',
  ],
  'to see the stack without the library': [
    'deploy/local/src/stack.integration.spec.ts',
    'libs/platform/testing/src/stack.ts',
    'test/faults/src/faults/sync-without-rights.spec.ts',
  ],
};

it('kafkajs is named in platform-kafka, and by tests that want a second client', () => {
  const importers = [...readGraph('apps', 'libs', 'deploy', 'test')]
    .filter(
      ([path, imports]) =>
        !path.startsWith('libs/platform/kafka/') && imports.some((name) => /^kafkajs(\/|$)/.test(name)),
    )
    .map(([path]) => path);
  expect(compare(importers, ALLOWED)).toEqual(HOLDS);
});
