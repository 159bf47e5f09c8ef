import { operationIdOf, readOperationId } from './operation';

const AS_OF = Date.parse('2026-11-23T07:00:00Z');

it('is named as its run is, without the hash', () => {
  expect(operationIdOf('lead_score', AS_OF)).toBe('lead_score-20261123T070000Z');
});

it.each<[string, { job: string; asOf: number } | undefined]>([
  ['lead_score-20261123T070000Z', { job: 'lead_score', asOf: AS_OF }],
  ['lead_score-20261123T070000Z-0123abcd', { job: 'lead_score', asOf: AS_OF }],
  ['lead_score-20261323T070000Z', undefined],
  ['lead_score-what_if-20261123T070000Z-0123abcd', undefined],
  ['lead_score', undefined],
])('%s is read as %j', (id, expected) => expect(readOperationId(id)).toEqual(expected));
