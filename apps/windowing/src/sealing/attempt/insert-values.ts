import type { AskedKind, NormalForms } from '../enrich/normal-forms';
import { isBotUserAgent } from '../enrich/user-agent-facts';
import { readQuery } from '../read-query';
import type { StepContext } from './step-context';

interface DistinctValue {
  readonly kind: AskedKind | 'user_agent';
  readonly value: string;
}

const NOTHING = { normal: null, registrable_domain: null, is_free_mail: false, is_disposable: false };

/** Puts what TypeScript knows about the step's distinct values beside it, to be joined in. Returns how many. */
export async function insertValues(context: StepContext): Promise<number> {
  const { clickhouse, attemptId, databases, forms } = context;
  const sql = readQuery('select-distinct-values', context.pieces);
  const rows = enrich(clickhouse.stream<DistinctValue>(sql, context.params), attemptId, forms);
  return clickhouse.insertRows(`${databases.target}.attempt_values`, rows, {
    columns: ['attempt_id', 'kind', 'value', 'normal', 'registrable_domain', 'is_free_mail', 'is_disposable', 'is_bot'],
  });
}

async function* enrich(
  values: AsyncIterable<DistinctValue>,
  attemptId: string,
  forms: NormalForms,
): AsyncGenerator<object> {
  for await (const { kind, value } of values) {
    const facts = kind === 'user_agent' ? NOTHING : forms.factsOf(kind, value);
    yield { attempt_id: attemptId, kind, value, ...facts, is_bot: kind === 'user_agent' && isBotUserAgent(value) };
  }
}
