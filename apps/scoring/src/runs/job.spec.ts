import { MODELS, leadScore } from '@millrace/catalog-models';

import { createJob, jobOf, JOBS } from './job';

it('every score model of the catalogue has a job', () => {
  const scores = MODELS.filter(({ kind }) => kind === 'score').map(({ name }) => name);
  expect(Object.keys(JOBS).sort()).toEqual([...scores].sort());
});

it('a model is run by its own job, and by no other when it has none', () => {
  expect(jobOf(leadScore)).toBe(createJob);
  expect(() => jobOf({ ...leadScore, name: 'rfm' })).toThrow(
    expect.objectContaining({
      code: 'USAGE_INVALID',
      message: 'Nothing runs rfm yet',
      advice: expect.stringContaining('lead_score'),
    }),
  );
});
