import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

const range = z.tuple([z.number(), z.union([z.number(), z.string()])]);
const byRecord = z.record(z.string(), z.string());
const answerSchema = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string(),
});

/** A case of delivery.json; what each key means stands in its README. */
const caseSchema = z.object({
  id: z.string(),
  api: z.string(),
  title: z.string(),
  records: z.union([
    z.object({ people: z.int() }),
    z.array(z.object({ id: z.string(), key: z.string(), fields: z.record(z.string(), z.number()) })),
  ]),
  server: z.object({
    verdicts: z.record(z.string(), z.array(z.string())),
    faults: z.record(z.string(), z.record(z.string(), z.unknown())),
    order: z.string().optional(),
    job_end: z.string().optional(),
    token: z.object({ expires_after_request: z.int(), answer: answerSchema }).optional(),
  }),
  expect: z.object({
    final: byRecord.optional(),
    final_none: z.array(z.string()).optional(),
    final_any: byRecord.optional(),
    first_outcome: byRecord.optional(),
    detail_contains: byRecord.optional(),
    requests: range.optional(),
    requests_within_60_s: range.optional(),
    token_requests: range.optional(),
    jobs: z.int().optional(),
    attempts: z.record(z.string(), z.int()).optional(),
    writes: z.record(z.string(), z.int()).optional(),
    gap_ms_between_requests: range.optional(),
    wait_ms: range.optional(),
    given_up_after_ms: range.optional(),
    suppressed: byRecord.optional(),
    one_request_holds_key_once: z.boolean().optional(),
    same_idempotency_keys: z.boolean().optional(),
    other_destinations_unaffected: z.boolean().optional(),
    paused: z.boolean().optional(),
    alerts: z.int().optional(),
    setting: z.string().optional(),
    why: z.string().optional(),
  }),
});
export type DeliveryCase = z.infer<typeof caseSchema>;

/** The cases of these APIs. */
export function readCases(apis: readonly string[]): readonly DeliveryCase[] {
  const file = readFileSync(join(__dirname, 'delivery.json'), 'utf8');
  const { cases } = z.object({ cases: z.array(caseSchema) }).parse(JSON.parse(file));
  return cases.filter(({ api }) => apis.includes(api));
}
