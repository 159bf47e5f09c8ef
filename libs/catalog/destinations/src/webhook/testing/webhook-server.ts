import { createApiServer } from '../../testing/api-server';
import type { MadeApi } from '../../testing/made-api';
import { RecordStore } from '../../testing/record-store';

interface Item {
  readonly record_id: string;
  readonly match_key: string;
  readonly idempotency_key: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A receiver that honours the idempotency keys. Verdicts: `ok`, or the reason why a record is rejected. */
export async function createWebhookServer(): Promise<MadeApi> {
  const store = new RecordStore();
  const server = await createApiServer(({ body }) => ({
    isWrite: true,
    apply: () => ({ status: 200, body: { results: (JSON.parse(body) as Item[]).map(take) } }),
  }));
  const take = ({ record_id, match_key, idempotency_key, fields }: Item): object => {
    const verdict = store.verdict(match_key);
    if (verdict !== 'ok') return { record_id, status: 'rejected', reason: verdict };
    store.write(match_key, fields, idempotency_key);
    return { record_id, status: 'accepted' };
  };
  return store.with(server);
}
