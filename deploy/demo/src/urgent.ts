import { waitUntil } from '@millrace/local-stack';

import type { CrmServer } from './crm-server';
import { WRITE_KEYS } from './surroundings';
import { tooLate } from './too-late';

const RECEIPT_TIMEOUT_MS = 30_000;

export interface UrgentResult {
  readonly what: string;
  readonly toWhom: string;
  readonly seconds: number;
}

const now = (): number => performance.timeOrigin + performance.now();

/** A lead asks for a demo right now; the time runs from the collector's 2xx to the CRM's receipt. */
export async function requestDemo(options: {
  collectorUrl: string;
  crm: CrmServer;
  lead: { userId: string; email: string; accountId: string | null };
}): Promise<UrgentResult> {
  const { collectorUrl, crm, lead } = options;
  const messageId = `demo-urgent-${Date.now()}`;
  const response = await fetch(`${collectorUrl}/v1/track`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${WRITE_KEYS.website}:`).toString('base64')}`,
    },
    body: JSON.stringify({
      type: 'track',
      event: 'Demo Requested',
      messageId,
      userId: lead.userId,
      timestamp: new Date().toISOString(),
      properties: { email: lead.email, ...(lead.accountId === null ? {} : { account_id: lead.accountId }) },
      context: { page: { url: 'https://www.millrace.example/demo' } },
    }),
    signal: AbortSignal.timeout(10_000),
  });
  const acceptedAt = now();
  if (!response.ok) throw new Error(`the collector answered ${response.status} to the demo request`);
  const received = () =>
    crm.receipts.find(({ reason, receivedAt }) => reason === 'urgent' && receivedAt > acceptedAt - 5_000);
  await waitUntil(() => received() !== undefined, { timeoutMs: RECEIPT_TIMEOUT_MS, everyMs: 5 });
  const receipt = received();
  if (receipt === undefined) throw tooLate('the receipt of the urgent signal', RECEIPT_TIMEOUT_MS);
  return { what: 'demo_requested', toWhom: lead.email, seconds: Math.max(0, (receipt.receivedAt - acceptedAt) / 1000) };
}
