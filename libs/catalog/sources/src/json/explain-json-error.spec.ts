import fc from 'fast-check';

import { explainJsonError } from './explain-json-error';
import { readJsonBody } from './read-body';

const explain = (body: string): string => explainJsonError(body, new Error('parser'));

it.each([
  ['{"a":NaN}', 'unexpected NaN at line 1, column 6: JSON has no such number, send null or leave the field out'],
  ['{"a":-Infinity}', 'unexpected -Infinity at line 1, column 6: JSON has no such number'],
  ['[1,\n  Infinity]', 'unexpected Infinity at line 2, column 3: JSON has no such number'],
  ['{"é😀": NaN}', 'unexpected NaN at line 1, column 8:'],
  ['{"a":undefined}', 'unexpected undefined at line 1, column 6: send null or leave the field out'],
  ['{"a":None}', 'unexpected None at line 1, column 6: send null'],
  ['{"a":True}', 'unexpected True at line 1, column 6: write it in lower case'],
  ['{"a":1,}', 'unexpected } at line 1, column 8: a comma before it is too much'],
  ['[1,2,]', 'unexpected ] at line 1, column 6: a comma before it is too much'],
  ['[1,,2]', 'unexpected , at line 1, column 4: a value is expected'],
  ['[,1]', 'unexpected , at line 1, column 2: a value or ] is expected'],
  ["{'a':1}", "unexpected ' at line 1, column 2: texts and keys stand in double quotes"],
  ['{"a":“x”}', 'unexpected “ at line 1, column 6: texts and keys stand in double quotes'],
  ['{a:1}', 'unexpected a at line 1, column 2: a key in double quotes or } is expected'],
  ['{"a" 1}', 'unexpected 1 at line 1, column 6: a colon is expected'],
  ['[1 2]', 'unexpected 2 at line 1, column 4: a comma or a closing bracket is expected'],
  ['{"a":01}', 'unexpected 01 at line 1, column 6: it is not a number as JSON writes it'],
  ['{"a":+1}', 'unexpected +1 at line 1, column 6: it is not a number'],
  ['{"a":.5}', 'unexpected .5 at line 1, column 6: it is not a number'],
  ['{"a":0x1F}', 'unexpected 0x1F at line 1, column 6: it is not a number'],
  ['{"a":-}', 'unexpected - at line 1, column 6: it is not a number'],
  ['// a\n{}', 'unexpected / at line 1, column 1: JSON has no comments'],
  ['{"a":1} x', 'unexpected x at line 1, column 9: nothing may follow'],
  ['{"a":1}}', 'unexpected } at line 1, column 8: nothing may follow'],
  ['{"a":[1}', 'unexpected } at line 1, column 8: a comma or a closing bracket is expected'],
  ['\uFEFF{}', 'unexpected U+FEFF at line 1, column 1: leave the byte order mark out'],
  ['[\u00A01]', 'unexpected U+00A0 at line 1, column 2: a value or ] is expected'],
  ['<html>', 'unexpected < at line 1, column 1: a value is expected'],
  ['event=Demo&userId=u', 'unexpected event at line 1, column 1: a value is expected'],
  ['{"batch": [{"type":', 'it ends at line 1, column 20 where a value is expected'],
  ['{"a":1', 'it ends at line 1, column 7 where a comma or a closing bracket is expected'],
  [' \n ', 'it ends at line 2, column 2 where a value is expected'],
  ['{"a":"x', 'a text without an end begins at line 1, column 6'],
  ['{"a":"x\\', 'a text without an end begins at line 1, column 6'],
  ['{"a":"x\ny"}', 'a control character that is written \\u000a stands inside of a text at line 1, column 8'],
  ['{"a":"\\x"}', '\\x is not an escape of JSON at line 1, column 7'],
  ['{"a":"\\u12"}', '\\u is not an escape of JSON at line 1, column 7'],
  ['['.repeat(100_000), 'it ends at line 1, column 100001'],
  ['[1e'.padEnd(60, '9') + '+]', expect.stringMatching(/^unexpected 1e9{22} at line 1, column 2/)],
])('%j', (body, expected) => {
  expect(() => JSON.parse(body)).toThrow();
  expect(explain(body)).toEqual(typeof expected === 'string' ? expect.stringContaining(expected) : expected);
});

it('finds the place in every text that JSON.parse refuses, and none in what it takes', () => {
  const spoilt = fc
    .tuple(fc.json({ stringUnit: 'binary' }), fc.nat(), fc.nat(3), fc.string({ unit: 'binary', maxLength: 3 }))
    .map(([json, at, gone, put]) => {
      const place = at % (json.length + 1);
      return json.slice(0, place) + put + json.slice(place + gone);
    });
  fc.assert(
    fc.property(spoilt, (body) => {
      let isJson = true;
      try {
        JSON.parse(body);
      } catch {
        isJson = false;
      }
      if (isJson) expect(explain(body)).toBe('parser');
      else expect(explain(body)).toMatch(/line \d+, column \d+/);
    }),
    { numRuns: 1_000 },
  );
});

it('is what the answer says', () => {
  expect(readJsonBody(Buffer.from('{"a": NaN}'))).toMatchObject({
    detail: expect.stringContaining(
      'The body is not valid JSON: unexpected NaN at line 1, column 7: JSON has no such number',
    ),
  });
});
