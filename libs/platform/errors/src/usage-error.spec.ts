import { assertKnown, exitCodeOf, nearestFirst, unknownName, UsageError } from './index';

describe('nearestFirst', () => {
  it.each([
    ['lead_scores', ['person_days', 'identities', 'lead_score'], 'lead_score'],
    ['warehuose', ['crm', 'warehouse'], 'warehouse'],
    ['CRM', ['warehouse', 'crm'], 'crm'],
    ['web-site', ['backend', 'web_site', 'email'], 'web_site'],
    ['website', ['signals.product.v1', 'signals.website.v1'], 'signals.website.v1'],
    ['', ['b', 'a'], 'a'],
  ])('%s is nearest to one of %j: %s', (typed, known, nearest) => {
    expect(nearestFirst(typed, known)[0]).toBe(nearest);
  });

  it('names each once', () => expect(nearestFirst('a', ['b', 'b', 'a'])).toEqual(['a', 'b']));
});

describe('unknownName', () => {
  it('says what there is and exits with 2', () => {
    const error = unknownName({ kind: 'model', typed: 'led', known: ['x', 'lead'], code: 'MODEL_UNKNOWN' });
    expect([error.message, error.advice, error.code, exitCodeOf(error)]).toEqual([
      'There is no model "led"',
      'There is: lead, x',
      'MODEL_UNKNOWN',
      2,
    ]);
  });

  it('shows twelve names of many', () => {
    const known = Array.from({ length: 30 }, (_, index) => `name-${index}`);
    expect(unknownName({ kind: 'topic', typed: 'x', known }).advice).toMatch(/ and 18 more$/);
  });

  it('gives the way out when there is nothing', () => {
    const nothing = { kind: 'run', typed: 'x', known: [] };
    expect(unknownName(nothing).advice).toBe('There is: none');
    expect(unknownName({ ...nothing, advice: 'Run one' }).advice).toBe('Run one');
  });

  it('passes what exists', () => {
    expect(() => assertKnown({ kind: 'topic', typed: 'a', known: ['a'] })).not.toThrow();
    expect(() => assertKnown({ kind: 'topic', typed: 'A', known: ['a'] })).toThrow(UsageError);
  });
});
