import { defineScore, type RunParams, type Query } from '../model/define-model';
import { emailDomainRow, type EmailDomainRow } from './email-domain';
import { peopleAsOfSettings, type PeopleAsOfSettings } from './people-as-of.settings';

/** What SQL cannot know about the distinct domains of the run's e-mails. */
async function* emailDomains(
  settings: PeopleAsOfSettings,
  _run: RunParams,
  query: Query,
): AsyncGenerator<EmailDomainRow> {
  for await (const { domain } of query<{ readonly domain: string }>('sql/email-domains.sql')) {
    yield emailDomainRow(domain, settings);
  }
}

export const peopleAsOf = defineScore({
  name: 'people_as_of',
  version: 1,
  kind: 'score',
  entity: 'person',
  grain: 'identified person',
  description: 'Who is who as of the run: the identities of each person, their account, and what is known about them.',
  inputs: ({ look_back_days: back }: PeopleAsOfSettings) => ({
    edges: { from: 'days', model: 'identities', back },
    days: { from: 'days', model: 'person_days', back },
    people: { from: 'entities', of: 'people' },
    accounts: { from: 'run', model: 'accounts_as_of', pick: 'same_instant', isRequired: true },
  }),
  settings: peopleAsOfSettings,
  folder: __dirname,
  stage: [
    { sql: 'sql/resolve-identities.sql', into: 'people_as_of_identities' },
    {
      sql: 'sql/versions.sql',
      into: 'people_as_of_versions',
      params: ({ precedence }: PeopleAsOfSettings) => ({ precedence }),
    },
    { rows: emailDomains, into: 'people_as_of_domains' },
  ],
  score: [{ sql: 'sql/people.sql', into: 'people_as_of_rows' }],
  rows: { table: 'people_as_of_rows', key: ['person_id'] },
  publishes: {},
});
