import { emailKey } from '@millrace/identity';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { MillraceError, UsageError } from '@millrace/platform-errors';

import { explainAbsence, type AskedRun } from './explain-absence';

const NEAREST = `select if(email = '', entity_id, email) as name
from score_history
where run_id = {run_id: String}
order by least(
  editDistance(substring(lower(entity_id), 1, 100), {entity: String}),
  if(email = '', 100, editDistance(substring(email, 1, 100), {entity: String}))
), name
limit 3`;

/** The error for a person who is not in a run: it says why not, or names those whose id or e-mail is nearest. */
export async function unknownPerson(
  clickhouse: ClickHouse,
  run: AskedRun & { readonly run_id: string },
  entity: string,
): Promise<MillraceError> {
  const message = `${entity} is not in run ${run.run_id}`;
  const why = await explainAbsence(clickhouse, entity, run);
  if (why !== null) return new MillraceError(message, { code: 'ENTITY_UNKNOWN', actor: 'operator', advice: why });
  const typed = (emailKey(entity) ?? entity).slice(0, 100);
  const nearest = await clickhouse.query<{ readonly name: string }>(NEAREST, { run_id: run.run_id, entity: typed });
  const there = nearest.map(({ name }) => name).join(', ');
  return new UsageError(message, {
    code: 'ENTITY_UNKNOWN',
    advice:
      `${there === '' ? 'The run has nobody' : `The nearest that are: ${there}`}. ` +
      'People without any signal, and those marked do_not_score, have no score',
  });
}
