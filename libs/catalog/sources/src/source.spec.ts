import { z } from 'zod';

import { fileSource, httpSource, pollSource, usualAnswer } from './source';

const base = { type: 'x', title: 'X', gives: ['signals' as const], settings: z.strictObject({}), map: () => [] };

it('a type says by which helper it was made how its records come in', () => {
  const kinds = [
    httpSource({ ...base, routes: [] }),
    pollSource({ ...base, account: () => '', limits: () => [], streams: {} }),
    fileSource({ ...base, fields: [], open: () => Promise.reject(new Error('not opened')) }),
  ].map(({ kind }) => kind);
  expect(kinds).toEqual(['http', 'poll', 'file']);
});

it('the usual answer counts, and keeps small whatever was sent', () => {
  const bad = (index: number) => ({ index, reason: 'invalid_event' as const, detail: 'x'.repeat(500) });
  const quarantined = Array.from({ length: 1_000 }, (_, index) => bad(index));
  const { status, body } = usualAnswer({ accepted: 2, quarantined, dropped: 1, acceptedAt: 7, writeKey: null });
  const answer = JSON.parse(body) as { errors: { detail: string }[] };
  expect(status).toBe(200);
  expect(answer).toMatchObject({ success: true, accepted: 2, quarantined: 1_000, dropped: 1, accepted_at: 7 });
  expect([answer.errors.length, answer.errors[0]?.detail.length]).toEqual([100, 201]);
  expect(usualAnswer({ accepted: 1, quarantined: [], dropped: 0, acceptedAt: 7, writeKey: null }).body).not.toContain(
    'errors',
  );
});
