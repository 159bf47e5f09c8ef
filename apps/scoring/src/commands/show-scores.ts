import { emailKey } from '@millrace/identity';
import type { ClickHouse } from '@millrace/platform-clickhouse';

export interface ShownScore {
  readonly run_id: string;
  readonly model: string;
  readonly as_of_date: string;
  readonly entity_id: string;
  readonly email: string;
  readonly account_id: string;
  readonly score: number | null;
  readonly previous_score: number | null;
  readonly grade: string;
  readonly stage: string;
  readonly previous_stage: string | null;
  readonly score_reasons: readonly string[];
}

/** Current scores of an entity (id, e-mail in any case, or account id), one row a model and person. */
export function showScores(clickhouse: ClickHouse, entity: string): Promise<ShownScore[]> {
  return clickhouse.query<ShownScore>(
    `select run_id, model, as_of_date, entity_id, email, account_id, score, previous_score, grade, stage, previous_stage, score_reasons
    from scores
    where entity_id in ({entity: String}, {email: String}) or email = {email: String} or account_id = {entity: String}
    order by model, score desc, entity_id`,
    { entity, email: emailKey(entity) ?? entity },
  );
}
