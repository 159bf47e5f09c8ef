import fc from 'fast-check';

import { boundedJson } from './bounded-json';

it('writes what JSON.stringify writes, as far as it may', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.nat(200), (value, most) => {
      const whole = Buffer.from(JSON.stringify(value));
      expect(boundedJson(value, 10_000)).toEqual(whole);
      expect(boundedJson(value, most)).toEqual(whole.subarray(0, most));
    }),
  );
});

it('follows a value that is nested deeper than the stack', () => {
  const deep = JSON.parse('[{"a":'.repeat(50_000) + '1' + '}]'.repeat(50_000)) as unknown;
  expect(() => JSON.stringify(deep)).toThrow(RangeError);
  expect(boundedJson(deep, 13).toString()).toBe('[{"a":[{"a":[');
  expect(boundedJson(deep, 1_000_000)).toHaveLength(400_001);
});
