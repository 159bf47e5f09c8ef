import { assertInstallation, currentInstallation, parseInstallation, type Installation } from './installation';

const recorded = (revision: number): Installation => ({
  revision,
  variables: { TIME_ZONE: 'America/New_York', WINDOW_SIZE_SECONDS: 3_600 },
  note: '',
  decided_by: 'deploy',
  decided_at: 0,
});

describe('currentInstallation', () => {
  it.each([
    ['nothing', [], undefined],
    ['the first', [1], 1],
    ['the newest, whatever the order', [2, 1, 3], 3],
    ['a revision without the one before it does not count', [1, 3], 1],
  ])('%s', (_title, revisions, expected) => {
    expect(currentInstallation(revisions.map(recorded))?.revision).toBe(expected);
  });
});

describe('assertInstallation', () => {
  it('names each variable that differs with both values, and the way out', () => {
    const here = { TIME_ZONE: 'Europe/Berlin', WINDOW_SIZE_SECONDS: 900 };
    expect(() => assertInstallation(recorded(1), here)).toThrow(
      expect.objectContaining({
        message:
          'TIME_ZONE is Europe/Berlin here and America/New_York in this installation; ' +
          'WINDOW_SIZE_SECONDS is 900 here and 3600 in this installation',
        advice:
          'Set TIME_ZONE=America/New_York WINDOW_SIZE_SECONDS=3600, or change it for every service on purpose: ' +
          'npx millrace installation change --help',
      }) as Error,
    );
  });

  it.each([
    ['all is equal', recorded(1), { TIME_ZONE: 'America/New_York' }],
    ['nothing is recorded', undefined, { TIME_ZONE: 'Europe/Berlin' }],
    ['the variable was never recorded', recorded(1), { SOMETHING_NEW: 1 }],
  ])('accepts when %s', (_title, installation, here) => {
    expect(() => assertInstallation(installation, here)).not.toThrow();
  });
});

it.each(['{}', '{"revision":0,"variables":{}}', '{"revision":1,"variables":null}', '[]', '1'])(
  '%s is not a revision',
  (text) => expect(() => parseInstallation(JSON.parse(text))).toThrow(),
);
