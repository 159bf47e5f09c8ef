import { domainFactsOf } from '../enrich/domain-facts';
import { isBotUserAgent } from '../enrich/user-agent-facts';
import { readQuery } from '../read-query';
import type { StepContext } from './step-context';

interface DistinctValue {
  readonly kind: 'domain' | 'user_agent';
  readonly value: string;
}

const NO_DOMAIN = { registrable_domain: null, is_free_mail: false, is_disposable: false };

/** Puts what TypeScript knows about the step's distinct values beside it, to be joined in. Returns how many. */
export async function insertValues(context: StepContext): Promise<number> {
  const { clickhouse, attemptId, databases } = context;
  const sql = readQuery('select-distinct-values', context.pieces);
  const rows = enrich(clickhouse.stream<DistinctValue>(sql, context.params), attemptId);
  return clickhouse.insertRows(`${databases.target}.attempt_values`, rows, {
    columns: ['attempt_id', 'kind', 'value', 'registrable_domain', 'is_free_mail', 'is_disposable', 'is_bot'],
  });
}

async function* enrich(values: AsyncIterable<DistinctValue>, attemptId: string): AsyncGenerator<object> {
  for await (const { kind, value } of values) {
    const facts = kind === 'domain' ? domainFactsOf(value) : NO_DOMAIN;
    yield { attempt_id: attemptId, kind, value, ...facts, is_bot: kind === 'user_agent' && isBotUserAgent(value) };
  }
}
