import { createApiServer } from '../../testing/api-server';
import type { MadeApi } from '../../testing/made-api';
import { RecordStore } from '../../testing/record-store';

interface Row {
  readonly match_key: string;
  readonly idempotency_key: string;
  readonly fields: string;
}

/** As ClickHouse answers to this destination's two statements; the real one is in the integration spec of sync. */
export async function createClickHouseServer(): Promise<MadeApi> {
  const store = new RecordStore();
  const keys = new Set<string>();
  const server = await createApiServer(({ path, body }) => {
    const isInsert = new URL(path, 'http://x').searchParams.get('query')?.startsWith('insert') ?? false;
    const headers = { 'x-clickhouse-query-id': 'q' };
    return {
      isWrite: isInsert,
      apply: () => {
        if (!isInsert) return { status: 200, headers, body: [...keys].join('\n') };
        for (const line of body.split('\n')) {
          const { match_key, idempotency_key, fields } = JSON.parse(line) as Row;
          keys.add(idempotency_key);
          store.write(match_key, JSON.parse(fields) as Record<string, unknown>, idempotency_key);
        }
        return { status: 200, headers };
      },
    };
  });
  return store.with(server);
}
