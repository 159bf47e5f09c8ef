import { createHubspotServer } from '@millrace/catalog-destinations/testing';
import { Client } from '@hubspot/api-client';

import { round } from '../report/figures';

/** As many as a connection pool of the client holds. */
const AT_ONCE = 8;

export interface PeerResult {
  readonly records: number;
  readonly calls: number;
  readonly seconds: number;
  readonly records_per_second: number;
}

/**
 * The way without batches: the vendor's own client, a call for each record, eight at once, against an API made for tests on this
 * machine. Nothing is planned, kept within a quota or recorded.
 */
export async function oneCallARecord(records: number): Promise<PeerResult> {
  const api = await createHubspotServer();
  try {
    const client = new Client({ accessToken: 'a private app', basePath: api.url });
    const startedAt = performance.now();
    let next = 0;
    const work = async (): Promise<void> => {
      for (let n = next++; n < records; n = next++) {
        const properties = { lead_score: String(n % 100), lead_grade: 'B', lead_stage: 'engaged' };
        const inputs = [{ id: `p${n}@example.com`, idProperty: 'email', properties }];
        await client.crm.contacts.batchApi.upsert({ inputs });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const seconds = (performance.now() - startedAt) / 1_000;
    return {
      records,
      calls: api.writeRequests,
      seconds: round(seconds, 2),
      records_per_second: Math.round(records / seconds),
    };
  } finally {
    await api.close();
  }
}
