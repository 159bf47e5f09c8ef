import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { leadScore } from '../lead_score/lead-score.model';
import { peopleAsOf } from '../people_as_of/people-as-of.model';
import { personDays } from '../person_days/person-days.model';
import { sessions } from '../sessions/sessions.model';
import { assertSettingsFolder } from './assert-settings-folder';
import type { Model } from './define-model';
import { loadModelSettings, parseModelSettings } from './model-settings';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'millrace-models-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const mistakesOf = (model: Model, text: string): string => {
  writeFileSync(join(folder, `${model.name}.yaml`), text);
  try {
    loadModelSettings(model, folder);
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
};

it.each([
  ['grades: { A: 14, B: 16 }', ':1:1 grades: A 14, B 16, C 8: A must be above B'],
  ['grades: { A: 16 }', 'A must be above B'],
  ['grades: { C: 20 }', 'B above C'],
  ['grades: { C: 0 }', 'C above 0: a grade could never be reached'],
  ['grades: { A: 35 }', ':1:11 grades.A: is 35 and can never be reached: fit (its points, fit.maximum) is 30 at most'],
  ['fit: { maximum: 20 }', 'grades.A: is 24 and can never be reached'],
  [
    'fit: { seniority: { vp: 2 } }',
    'grades.A: is 24 and can never be reached: fit (its points, fit.maximum) is 22 at most',
  ],
  ['stages:\n  mql: { enter: 20, leave: 10 }', 'engaged.enter must be below mql.enter'],
  ['stages:\n  mql: { leave: 60 }', ':2:3 stages.mql: enter 50, leave 60: leave must be below enter'],
  ['rfm: { maximum: 0 }\nstages:\n  mql: { enter: 95 }', ':3:10 stages.mql.enter: is 95 and can never be reached'],
  ['fit: { employees: [{ from: 5, points: 1 }, { from: 5, points: 2 }] }', 'two bands begin at the same number'],
  ['schedule: { cron: at two }', ':1:13 schedule.cron: "at two" never comes: give five fields'],
  ["schedule: { cron: '0 2 30 2 *' }", 'never comes'],
  ["schedule: { cron: '61 2 * * *' }", 'never comes'],
  [
    'schedule: { zone: Europe/Berln }',
    ':1:13 schedule.zone: "Europe/Berln" is not a time zone: the nearest are Europe/Berlin',
  ],
  ['schedule: { partial_at: 5am }', 'schedule.partial_at: is "5am": give a local time such as 05:00'],
  ['engagement: { classes: { demo_reqest: {} } }', 'demo_reqest: is not known here: there is demo_request'],
  ['engagement: { classes: { open: { daily_cap: 0 } } }', 'daily_cap: is 0: give 1 or more'],
  ['look_bakc_days: 3', 'look_bakc_days: is not known here: there is look_back_days'],
])('lead_score refuses %j: %s', (text, why) => {
  const message = mistakesOf(leadScore, text);
  expect(message).toContain(why);
  expect(message).toContain(join(folder, 'lead_score.yaml'));
});

it.each([
  [
    'rules: [{ class: a, types: [x] }, { class: b, types: [x] }]',
    'rules[1]: can never give a signal its class: rule 1',
  ],
  ['rules: [{ class: a, types: [x, y] }, { class: b, types: [y], path: ^/z }]', 'rules[1]: can never'],
  ['rules: [{ class: a, types: [x], property: p }]', 'rules[0]: `property` and `values` go together'],
  ["rules: [{ class: a, types: [x], path: '(' }]", 'rules[0].path: is not a valid regular expression'],
  ['rules: [{ class: session, types: [x] }]', 'rules[0].class: session and other are derived'],
])('person_days refuses %j: %s', (text, why) => expect(mistakesOf(personDays, text)).toContain(why));

it.each([
  ['buying_roles: [{ role: user }]', 'buying_roles[0]: names neither departments nor seniorities'],
  ['buying_roles: [{ role: owner, departments: [it] }]', 'buying_roles[0].role'],
  ['buying_roles: [{ role: user, departments: [IT] }]', 'buying_roles[0].departments[0]'],
  ["titles: [{ words: '*a*', seniority: vp }]", 'titles[0].words: is "*a*": give words, with * at one end at most'],
  ['titles: [{ words: начальник, seniority: vp }]', 'titles[0].words: has no letter that is read'],
  ['titles: [{ words: shah, seniority: king }]', 'titles[0].seniority'],
])('people_as_of refuses %j: %s', (text, why) => expect(mistakesOf(peopleAsOf, text)).toContain(why));

it.each([
  ['grades: { A: 30, B: 20, C: 1 }'],
  ['stages: { mql: { enter: 70 } }'],
  ["schedule: { cron: '0 6 * * 1-5', zone: Europe/Berlin }"],
  ['fit: { employees: [{ from: 50, points: 1 }, { from: 5, points: 2 }] }'],
  [''],
])('accepts %j', (text) => expect(mistakesOf(leadScore, text)).toBe('accepted'));

it('names all mistakes at once', () => {
  const message = mistakesOf(leadScore, 'grades: { A: 1 }\nschedule: { cron: x, zone: y }\nfits: 1');
  expect(message.split('\n').map((line) => line.split(': ')[0]?.split(' ').at(-1))).toEqual([
    'mistakes:',
    'schedule.cron',
    'schedule.zone',
    'grades',
    'fits',
  ]);
});

it.each(['lead_scores.yaml', 'lead_score.yml', 'lead-score.yaml'])('refuses %s, which no model reads', (file) => {
  writeFileSync(join(folder, file), '');
  expect(() => assertSettingsFolder(folder)).toThrow(`${file}: there is lead_score.yaml`);
});

it('takes the names of models and other endings', () => {
  for (const file of ['lead_score.yaml', 'lead_score.schema.json', 'README.md']) writeFileSync(join(folder, file), '');
  expect(() => assertSettingsFolder(folder)).not.toThrow();
  expect(() => assertSettingsFolder(join(folder, 'nowhere'))).toThrow('MODELS_CONFIG_DIR: there is no folder');
});

describe('a setting that a model borrows', () => {
  it('stands in the other model’s file, and is in the hash of both', () => {
    const before = loadModelSettings(sessions, folder);
    expect(before).toEqual({ ...parseModelSettings(sessions, {}, 'defaults'), file: null });
    writeFileSync(join(folder, 'person_days.yaml'), 'session: { inactivity_minutes: 20 }');
    const after = loadModelSettings(sessions, folder);
    expect(after.settings).toMatchObject({ session: { inactivity_minutes: 20, minimum_pages: 2 } });
    expect(after.hash).not.toBe(before.hash);
  });

  it('is refused in the borrower’s own file, and wrong in the lender’s file under its name', () => {
    expect(mistakesOf(sessions, 'session: { inactivity_minutes: 20 }')).toContain('session: is not known here');
    writeFileSync(join(folder, 'person_days.yaml'), 'session: { inactivity_minutes: 0 }');
    expect(() => loadModelSettings(sessions, folder)).toThrow(join(folder, 'person_days.yaml'));
  });

  it('must be there', () => {
    expect(() => loadModelSettings({ ...sessions, borrows: { visits: personDays } }, folder)).toThrow(
      'sessions borrows visits of person_days, which has no such setting',
    );
  });
});

it.each([
  ['mediums: { email: [cpc] }', 'cpc is in two lists: a channel each'],
  ['referrers: { social: [bing.com] }', 'bing.com is in two lists'],
  ['own_hosts: [https://acme.com/]', 'is a host, such as bing.com'],
])('sessions refuses %j: %s', (text, why) => {
  expect(mistakesOf(sessions, text)).toContain(why);
});
