import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { decisionOf } from '@millrace/platform-kafka';

import { takesSealStep } from '../testing/rule-of-e878759';

interface Logged {
  readonly key: string;
  readonly value: string;
}

const recorded = readFileSync(
  join(__dirname, '../../../../libs/contracts/window/src/fixtures/windows.sealed.v1.jsonl'),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Logged);

function winnersOf(log: readonly Logged[], isDecision: (record: Logged) => boolean): Map<string, number> {
  const winners = new Map<string, number>();
  log.forEach((record, offset) => {
    if (isDecision(record) && !winners.has(record.key)) winners.set(record.key, offset);
  });
  return winners;
}
const isDecisionToday = ({ key, value }: Logged): boolean =>
  decisionOf({ key: Buffer.from(key), value: Buffer.from(value) }) !== undefined;
const isDecisionThen = ({ value }: Logged): boolean => takesSealStep(value);

const newer = ({ key, value }: Logged): Logged => ({
  key: `${key}0000`,
  value: JSON.stringify({ ...(JSON.parse(value) as object), rules: 2, normal_forms: 3, of_another_version: [1] }),
});

it.each([
  ['as recorded', recorded],
  [
    'with newer steps and garbage between',
    recorded.flatMap((one) => [{ ...one, value: '"no step"' }, newer(one), one]),
  ],
])('a replica of e878759 and one of today see the same steps: %s', (_name, log) => {
  const winners = winnersOf(log, isDecisionToday);
  expect(winners).toEqual(winnersOf(log, isDecisionThen));
  expect(winners.size).toBe(new Set(log.map(({ key }) => key)).size);
});

it('a step of a reason that e878759 does not know is a step today only: readers are released before writers', () => {
  const [first] = recorded as [Logged];
  const other = { ...first, value: JSON.stringify({ ...(JSON.parse(first.value) as object), reason: 'of another' }) };
  expect([isDecisionThen(other), isDecisionToday(other)]).toEqual([false, true]);
});
