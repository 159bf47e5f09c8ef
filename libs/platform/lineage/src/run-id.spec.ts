import { lineageId } from './run-id';

describe('the id of a run on the wire', () => {
  it('is a UUID of version 5', () => {
    expect(lineageId('millrace/lead_score-20260105T070000Z-0f')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('never changes: events of today and of last year meet', () => {
    expect(lineageId('millrace/a')).toBe(lineageId('millrace/a'));
    expect(lineageId('millrace/a')).not.toBe(lineageId('millrace/b'));
  });
});
