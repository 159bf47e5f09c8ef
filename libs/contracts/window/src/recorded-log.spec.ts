import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readSealStep, stepKey } from './index';

/** Records of windows.sealed.v1 as services of e878759 wrote them. */
const recorded = readFileSync(join(__dirname, 'fixtures/windows.sealed.v1.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { key: string; value: string });

it('every recorded step reads as it was written', () => {
  expect(recorded.length).toBeGreaterThan(10);
  for (const { key, value } of recorded) {
    const content: unknown = JSON.parse(value);
    const step = readSealStep(content);
    expect(step).toEqual(content);
    expect(stepKey(step.step)).toBe(key);
  }
});

it('takes the reason of a step as text', () => {
  const content = { ...(JSON.parse(recorded[0]?.value as string) as object), reason: 'of another version' };
  expect(readSealStep(content)).toEqual(content);
});
