import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readSettings } from '@millrace/platform-settings';
import { z } from 'zod';

import { templateModel } from '../_template/template.model';
import { PUBLISHED } from '../published';
import { checkModel } from '../testing/check-model';
import { modelsReadBy, type Model, type Rollup } from './define-model';
import { orderModels } from './model-graph';
import { findModel, MODELS } from './model-registry';
import { parseModelSettings } from './model-settings';
import { scheduleSettings } from './schedule-settings';

const CONFIG = join(__dirname, '../../../../../config/models');

describe.each([...MODELS, templateModel].map((model) => [model.name, model as Model] as const))(
  '%s',
  (_name, model) => {
    it('keeps to what every model keeps to', () => {
      expect(checkModel(model)).toEqual([]);
    });
  },
);

const withSettings = MODELS.filter(({ name }) => name !== 'identities');

describe.each([
  ...withSettings.map((model) => [model.name, model as Model, join(CONFIG, model.name)] as const),
  [templateModel.name, templateModel as Model, join(templateModel.folder, 'settings')] as const,
])('the settings file of %s', (_name, model, file) => {
  it('says exactly the defaults, so that reading it is reading what runs', () => {
    const { value } = readSettings(`${file}.yaml`);
    expect(parseModelSettings(model, value, file)).toEqual(parseModelSettings(model, {}, 'defaults'));
  });

  it('has the JSON Schema of the settings beside it', () => {
    const written: unknown = JSON.parse(readFileSync(`${file}.schema.json`, 'utf8'));
    expect(written).toEqual(z.toJSONSchema(model.settings, { io: 'input' }));
  });
});

it('what score models publish is listed for those who read it', () => {
  expect(PUBLISHED['lead_score']).toEqual({
    entity: 'person',
    fields: { score: 'number', grade: 'text', stage: 'text', reasons: 'list' },
  });
});

it('the models form a graph: each comes after what it reads', () => {
  const names = orderModels(MODELS).map((model) => model.name);
  expect(names).toHaveLength(MODELS.length);
  for (const model of MODELS) {
    const before = names.slice(0, names.indexOf(model.name));
    expect(before).toEqual(expect.arrayContaining(modelsReadBy(model)));
  }
  expect(names.indexOf('rfm')).toBeLessThan(names.indexOf('lead_score'));
});

it('an unknown model is refused with the names that exist', () => {
  expect(() => findModel('led_score')).toThrow(
    expect.objectContaining({ code: 'MODEL_UNKNOWN', advice: expect.stringContaining('lead_score') }),
  );
});

describe('model settings', () => {
  it('hash the same whatever the order of keys, and differ when a weight does', () => {
    const hash = (given: unknown): string => parseModelSettings(findModel('lead_score'), given, 'a test').hash;
    expect(hash({ grades: { A: 24, B: 16 } })).toBe(hash({ grades: { B: 16, A: 24 } }));
    expect(hash({ engagement: { classes: { open: { weight: 2 } } } })).not.toBe(hash({}));
  });

  it('names every problem at once and the file to look at', () => {
    const given = { look_back_days: 0, stages: { mql: { enter: 40, leave: 50 } }, unknown: 1 };
    expect(() => parseModelSettings(findModel('lead_score'), given, 'lead_score.yaml')).toThrow(
      /lead_score\.yaml.*look_back_days.*stages\.mql.*nknown/s,
    );
  });
});

describe('a schedule', () => {
  const scheduleOfFile = (schedule: object): unknown =>
    scheduleSettings('0 2 * * *', { after: ['people_as_of'] }).safeParse(schedule).data;

  it('waits for the models that its author names, and for others where the file says so', () => {
    expect(scheduleOfFile({})).toMatchObject({
      cron: '0 2 * * *',
      through: 'last_complete_day',
      after: ['people_as_of'],
    });
    expect(scheduleOfFile({ after: ['rfm'], through: 'last_sealed_hour' })).toMatchObject({
      through: 'last_sealed_hour',
      after: ['rfm'],
    });
  });

  it.each([
    [{ through: 'last_open_hour' }, /schedule\.through/],
    [{ after: ['rfm', 'rfm'] }, /schedule\.after: a model is named twice/],
    [{ after: ['Lead score'] }, /schedule\.after\[0\]: is "Lead score": give the name of a model/],
    [{ after: 'rfm' }, /schedule\.after/],
  ])('%j is refused with the place', (schedule, why) => {
    expect(() => parseModelSettings(findModel('lead_score'), { schedule }, 'a test')).toThrow(why);
  });
});

describe('checkModel notices', () => {
  it('a score without a schedule', () => {
    const settings = z.strictObject({ look_back_days: z.int().default(30) });
    expect(checkModel({ ...templateModel, settings } as unknown as Model)).toEqual([
      'template: a score has a schedule among its settings and a rollup has none',
    ]);
  });

  it('a place in the SQL that no fragment fills, and a fragment that is missing', () => {
    const days = findModel('person_days') as Rollup;
    expect(
      checkModel({ ...days, fragments: { ...days.fragments, visits: join(days.folder, 'sql/none.sql') } }),
    ).toEqual(['person_days: sql/none.sql does not exist']);
    expect(checkModel({ ...days, fragments: {} })).toEqual([
      'person_days: sql/build-day.sql has {{once}}, which no fragment fills',
      'person_days: sql/build-day.sql has {{classified}}, which no fragment fills',
      'person_days: sql/build-day.sql has {{visits}}, which no fragment fills',
    ]);
  });

  it('a file that is missing', () => {
    const score = [{ sql: 'sql/none.sql', into: 'template_rows' }];
    expect(checkModel({ ...templateModel, score })).toEqual(['template: sql/none.sql does not exist']);
  });
});
