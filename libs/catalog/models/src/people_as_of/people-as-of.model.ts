import { defineScore, type RunParams, type Query } from '../model/define-model';
import { buyingRoleParams } from './buying-roles';
import { editRows, type EditRow, type ReadEdit } from './edit-rows';
import { emailDomainRow, type EmailDomainRow } from './email-domain';
import { peopleAsOfSettings, type PeopleAsOfSettings } from './people-as-of.settings';
import { titleParams, titleWordRows } from './title-words';

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

/** What people's decisions come to. They are few. */
async function* edits(_settings: PeopleAsOfSettings, _run: RunParams, query: Query): AsyncGenerator<EditRow> {
  const read: ReadEdit[] = [];
  for await (const edit of query<ReadEdit>('sql/edits.sql')) read.push(edit);
  yield* editRows(read);
}

export const peopleAsOf = defineScore({
  name: 'people_as_of',
  version: 4,
  kind: 'score',
  entity: 'person',
  grain: 'identified person',
  description: 'Who is who as of the run: the identities of each person, their account, and what is known about them.',
  inputs: ({ look_back_days: back }: PeopleAsOfSettings) => ({
    edges: { from: 'days', model: 'identities', back },
    days: { from: 'days', model: 'person_days', back },
    traits: { from: 'days', model: 'traits', back },
    people: { from: 'entities', of: 'people' },
    edits: { from: 'edits' },
    accounts: { from: 'run', model: 'accounts_as_of', pick: 'same_instant', isRequired: true },
  }),
  settings: peopleAsOfSettings,
  folder: __dirname,
  stage: [
    { rows: edits, into: 'people_as_of_edits' },
    { sql: 'sql/wanted-months.sql', into: 'people_as_of_wanted_months' },
    { sql: 'sql/group-months.sql', into: 'people_as_of_months' },
    { sql: 'sql/note-months.sql', into: 'people_as_of_month_notes' },
    { sql: 'sql/records.sql', into: 'people_as_of_records' },
    { sql: 'sql/email-owners.sql', into: 'people_as_of_emails' },
    { sql: 'sql/wider-cuts.sql', into: 'people_as_of_edits' },
    { sql: 'sql/resolve-identities.sql', into: 'people_as_of_identities' },
    { sql: 'sql/resolve-anonymous.sql', into: 'people_as_of_identities' },
    {
      sql: 'sql/versions.sql',
      into: 'people_as_of_versions',
      params: ({ precedence }: PeopleAsOfSettings) => ({ precedence }),
    },
    { rows: emailDomains, into: 'people_as_of_domains' },
    { sql: 'sql/ties.sql', into: 'people_as_of_ties' },
    { sql: 'sql/people.sql', into: 'people_as_of_persons' },
    { rows: ({ titles }: PeopleAsOfSettings) => titleWordRows(titles), into: 'people_as_of_title_words' },
    {
      sql: 'sql/titles.sql',
      into: 'people_as_of_titles',
      params: ({ titles }: PeopleAsOfSettings) => titleParams(titles),
    },
  ],
  score: [
    {
      sql: 'sql/rows.sql',
      into: 'people_as_of_rows',
      params: ({ buying_roles: roles }: PeopleAsOfSettings) => buyingRoleParams(roles),
    },
  ],
  rows: { table: 'people_as_of_rows', key: ['person_id'] },
  names: 'sql/names.sql',
  publishes: {},
  audience: 'person',
});
