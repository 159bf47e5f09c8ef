import { stretchesOfRules } from './stretches-of-rules';

const vectorOf = (offset: number) => [{ topic: 't', topic_epoch: 0, offsets: [offset] }];
const step = (offset: number, rules?: number) => ({
  vector: vectorOf(offset),
  ...(rules === undefined ? {} : { rules }),
});

it.each([
  ['a chain of one version', [step(3, 2), step(5, 2)], ['2: 0-5']],
  ['steps from before the version was recorded', [step(3), step(5), step(9, 2)], ['1: 0-5', '2: 5-9']],
  ['a deployment that was taken back', [step(3, 2), step(5), step(9, 2)], ['2: 0-3', '1: 3-5', '2: 5-9']],
  ['no steps', [], []],
])('%s', (_name, steps, expected) => {
  const stretches = stretchesOfRules(steps).map(
    ({ rulesVersion, from, to }) => `${rulesVersion}: ${from[0]?.offsets[0] ?? 0}-${to[0]?.offsets[0]}`,
  );
  expect(stretches).toEqual(expected);
});
