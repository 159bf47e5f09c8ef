import { describeError } from '@millrace/platform-errors';
import { z } from 'zod';

import { checkSettings, parseSettingsText } from './index';

const schema = z.strictObject({
  count: z.int().min(1).max(9).default(3),
  ratio: z.number().multipleOf(0.5).optional(),
  name: z.string().min(1).optional(),
  kind: z.enum(['batch', 'urgent']).default('batch'),
  when: z
    .string()
    .regex(/^\d\d:\d\d$/, 'a local time such as 05:00')
    .optional(),
  plain: z.string().regex(/^x$/).optional(),
  url: z.url().optional(),
  api_key: z.string().min(16).optional(),
  through: z.literal('day', { error: 'only day is supported yet' }).optional(),
  words: z.array(z.string()).min(2).optional(),
  levels: z
    .strictObject({ enter: z.int().default(5), leave: z.int().default(4) })
    .refine(({ enter, leave }) => leave < enter, 'leave must be below enter')
    .prefault({}),
  fields: z
    .record(
      z.string().min(2),
      z.strictObject({
        from: z.string(),
        trigger: z
          .union([z.literal('change'), z.literal('never'), z.strictObject({ delta: z.number().positive() })])
          .default('never'),
      }),
    )
    .optional(),
});

const mistakesOf = (text: string): string[] => {
  try {
    checkSettings(parseSettingsText(text, 'f.yaml'), schema);
    return [];
  } catch (error) {
    return describeError(error).split('\n');
  }
};

it('reads what is right, in YAML and in JSON', () => {
  expect(checkSettings(parseSettingsText('count: 4 # four', 'f.yaml'), schema)).toMatchObject({
    count: 4,
    kind: 'batch',
  });
  expect(checkSettings(parseSettingsText('{"count": 4}', 'f.json'), schema)).toMatchObject({ count: 4 });
});

it.each([
  ['count: 0', '1:1 count: is 0: give 1 or more'],
  ['count: 10', '1:1 count: is 10: give 9 or less'],
  ['count: 1.5', '1:1 count: is 1.5: give a whole number'],
  ['count: ten', '1:1 count: is "ten": give a number'],
  ['count: [1]', '1:1 count: is a list of 1: give a number'],
  ['count:', '1:1 count: is null: give a number'],
  ['ratio: 0.3', 'ratio: is 0.3: give a multiple of 0.5'],
  ['name: ""', 'name: is "": give text that is not empty'],
  ['name: 7', 'name: is 7: give text'],
  ['kind: urgnet', 'kind: is "urgnet": give urgent or batch'],
  ['when: 5 am', 'when: is "5 am": give a local time such as 05:00'],
  ['plain: y', 'plain: is "y": give text that matches /^x$/'],
  ['url: nowhere', 'url: is "nowhere": give a URL such as https://example.com/path'],
  ['api_key: hunter2', 'api_key: is text of 7 characters: give 16 characters or more'],
  ['through: hour', 'through: only day is supported yet'],
  ['words: [a]', 'words: is a list of 1: give 2 entries or more'],
  ['\nlevels:\n  enter: 3\n', '2:1 levels: leave must be below enter'],
  ['\nlevels:\n  entre: 3\n', '3:3 levels.entre: is not known here: there is enter, leave'],
  ['cuont: 3', '1:1 cuont: is not known here: there is count, '],
  ['fields: { a: { from: x } }', 'fields.a: "a" is not allowed'],
  ['fields:\n  ab: {}', '2:3 fields.ab.from: is missing: give text'],
  ['fields:\n  ab: { from: x, trigger: chnage }', 'trigger: is "chnage": give change or never or a mapping with delta'],
  ['fields:\n  ab: { from: x, trigger: { delta: -1 } }', 'fields.ab.trigger.delta: is -1: give more than 0'],
  ['fields:\n  ab: { from: x, trigger: { detla: 1, delta: 1 } }', 'trigger.detla: is not known here: there is delta'],
  ['- a', '1:1 (the whole file): is a list of 1: give a mapping'],
  ['nonsense', '1:1 (the whole file): is "nonsense": give a mapping'],
])('%j: %s', (text, expected) => {
  const [head, mistake, advice] = mistakesOf(text);
  expect(head).toBe('FILE_INVALID: f.yaml has a mistake:');
  expect(mistake).toContain(expected);
  expect(mistake).toMatch(/^ {2}f\.yaml:\d+:\d+ /);
  expect(mistake).not.toMatch(/Invalid input|undefined|\[object/);
  expect(advice).toBe('Correct the lines named.');
});

it('names all mistakes at once, a line each', () => {
  expect(mistakesOf('count: 0\nkind: x\nlevels: { enter: 1 }\nother: 1')).toEqual([
    'FILE_INVALID: f.yaml has 4 mistakes:',
    expect.stringContaining('f.yaml:1:1 count'),
    expect.stringContaining('f.yaml:2:1 kind'),
    expect.stringContaining('f.yaml:3:1 levels'),
    expect.stringContaining('f.yaml:4:1 other'),
    'Correct the lines named.',
  ]);
});

it.each([
  ['count: [', 'f.yaml:1:'],
  ['count: 1\ncount: 2', 'f.yaml:2:1'],
  ['{"count": 1', 'f.yaml:1:'],
  ['a: *nowhere', 'f.yaml'],
])('says where %j is not valid', (text, place) => {
  expect(() => parseSettingsText(text, 'f.yaml')).toThrow(place);
});

it('finds keys behind an alias', () => {
  const text = 'levels: &l\n  enter: 1\n  leave: 2\ncount: 0';
  expect(mistakesOf(text).slice(1, 3)).toEqual([
    expect.stringContaining('f.yaml:4:1 count'),
    expect.stringContaining('f.yaml:1:1 levels'),
  ]);
});
