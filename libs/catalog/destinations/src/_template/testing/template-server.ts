import { createApiServer } from '../../testing/api-server';
import type { MadeApi } from '../../testing/made-api';
import { RecordStore } from '../../testing/record-store';

interface Item {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** The API as its reference describes it, record by record. Verdicts: `ok`, or its words for a record that it refuses. */
export async function createTemplateServer(): Promise<MadeApi> {
  const store = new RecordStore();
  const server = await createApiServer(({ body, headers }) => ({
    isWrite: true,
    apply: () => {
      const accepted: string[] = [];
      const errors: Record<string, string> = {};
      for (const { id, ...fields } of (JSON.parse(body) as { items: Item[] }).items) {
        const verdict = store.verdict(id);
        if (verdict === 'ok') {
          store.write(id, fields, `${headers['idempotency-key']}/${id}`);
          accepted.push(id);
        } else errors[id] = verdict;
      }
      return { status: 200, body: { accepted, errors } };
    },
  }));
  return store.with(server);
}
