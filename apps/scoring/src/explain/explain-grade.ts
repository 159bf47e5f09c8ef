import type { ClickHouse } from '@millrace/platform-clickhouse';

export interface GradeSettings {
  readonly known_facts?: number;
}

const FACTS = `select
  ifNull(accounts.industry, '') != '' as industry,
  accounts.employees is not null as employees,
  ifNull(accounts.country, '') != '' as country,
  ifNull(people.seniority, '') != '' as seniority
from (select {person: String} as person_id, {account: String} as account_id) as asked
left join people on people.person_id = asked.person_id
left join accounts on accounts.account_id = asked.account_id
settings join_use_nulls = 1`;

const WORDS: Readonly<Record<string, string>> = {
  industry: "the account's industry",
  employees: "the account's number of employees",
  country: "the account's country",
  seniority: "the person's seniority",
};

/** Why a grade is ?: which facts about the person and the account are missing now, and how to bring them. */
export async function explainGrade(
  clickhouse: ClickHouse,
  person: { readonly entity_id: string; readonly account_id: string },
  grades: GradeSettings = {},
): Promise<string> {
  const facts = await clickhouse.queryOne<Record<string, number | boolean>>(FACTS, {
    person: person.entity_id,
    account: person.account_id,
  });
  const missing = Object.keys(WORDS).filter((name) => !facts?.[name]);
  const known = Object.keys(WORDS).length - missing.length;
  const wanted = grades.known_facts ?? 2;
  return (
    `${known} of 4 facts are known and a grade needs ${wanted}; ` +
    `not known: ${missing.map((name) => WORDS[name]).join(', ')}. ` +
    'Bring in people and accounts: docs/guide/people-and-accounts.md'
  );
}
