import { deliveriesInWords } from './deliveries-in-words';
import type { ListedDelivery } from './deliveries';

const ROW: ListedDelivery = {
  destination: 'crm',
  object: 'lead',
  record_id: 'u_1',
  lane: 'batch',
  attempts: 1,
  outcome: 'accepted',
  detail: '',
  status_code: 200,
  fields: { lead_score: 26, lead_grade: 'C' },
  last_attempted_at: '2026-11-26T07:00:04.125Z',
};

it('has a header, the time, the outcome and the values that were sent', () => {
  const refused = {
    ...ROW,
    record_id: 'u_22',
    lane: 'urgent',
    attempts: 3,
    outcome: 'rejected',
    detail: 'bad\ne-mail',
  };
  expect(deliveriesInWords([ROW, { ...refused, status_code: null }], false)).toEqual([
    'time                  destination  object  record  lane    outcome   attempts  answer      values',
    '2026-11-26T07:00:04Z  crm          lead    u_1     batch   accepted         1  200         lead_score 26, lead_grade C',
    '2026-11-26T07:00:04Z  crm          lead    u_22    urgent  rejected         3  bad e-mail  lead_score 26, lead_grade C',
  ]);
});

it.each([
  [false, 'nothing has been delivered yet'],
  [true, 'no delivery is like that'],
])('says when there is nothing (narrowed: %s)', (isNarrowed, said) => {
  expect(deliveriesInWords([], isNarrowed)).toEqual([said]);
});
