import { destinationSchema } from './destination-file';
import { mappedObjects } from './mapped-objects';

const entry = (more: object) => destinationSchema.parse({ name: 'warehouse', kind: 'postgres', settings: {}, ...more });
const published = {
  lead_score: { entity: 'person', fields: { score: 'number', grade: 'text', reasons: 'list' } },
} as const;
const lead = {
  object: 'lead',
  fields: { lead_score: { from: 'lead_score.score' }, why: { from: 'lead_score.reasons' } },
};

it('has each object with the types that the models publish', () => {
  expect(mappedObjects(entry({ objects: [lead] }), published)).toEqual([
    { object: 'lead', of: 'person', matches: ['email'], fields: { lead_score: 'number', why: 'list' } },
  ]);
});

it('has what the fast lane writes, in the same object or in one of its own', () => {
  const urgent = { person: { object: 'lead', match: 'id' }, account: { object: 'company', match: 'id' } };
  const fields = { urgent_reason: 'text', urgent_at: 'text', urgent_url: 'text' };
  expect(mappedObjects(entry({ objects: [lead], urgent }), published)).toEqual([
    {
      object: 'lead',
      of: 'person',
      matches: ['email', 'id'],
      fields: { lead_score: 'number', why: 'list', ...fields },
    },
    { object: 'company', of: 'account', matches: ['id'], fields },
  ]);
});
