import fc from 'fast-check';

import { CommitFrontier } from './commit-frontier';
import { emailOfUser, KnownEmails } from './known-emails';

it('both ways agree after any statements, and are bounded', () => {
  const statement = fc.record({
    user_id: fc.constantFrom('a', 'b', 'c', 'd'),
    email: fc.constantFrom('1@x', '2@x', '3@x'),
    at: fc.integer({ min: 0, max: 5 }),
  });
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 40 }), (statements) => {
      const emails = new KnownEmails(3);
      for (const one of statements) emails.learn(one, 0);
      const users = ['a', 'b', 'c', 'd'].filter((user) => emails.of(user) !== undefined);
      expect(users.length).toBeLessThanOrEqual(3);
      for (const email of ['1@x', '2@x', '3@x']) {
        const expected = users.filter((user) => emails.of(user)?.email === email);
        expect([...emails.usersOf(email)].sort()).toEqual(expected);
      }
    }),
  );
});

it('keeps the newest statement of each user while nobody is forgotten', () => {
  const emails = new KnownEmails(10);
  expect(emails.learn({ user_id: 'u', email: 'new@x', at: 5 }, 9)).toBe(true);
  expect(emails.learn({ user_id: 'u', email: 'new@x', at: 7 }, 9)).toBe(false);
  expect(emails.learn({ user_id: 'u', email: 'import@x', at: 6 }, 9)).toBe(false);
  expect(emails.of('u')).toEqual({ email: 'new@x', at: 7, heardAt: 9 });
  expect(emails.learn({ user_id: 'u', email: 'newer@x', at: 7 }, 9)).toBe(true);
  expect([emails.usersOf('new@x'), emails.usersOf('newer@x')]).toEqual([[], ['u']]);
});

it.each([
  [
    { user_id: 'u', email: ' U@X.test', occurred_at: 3 },
    { user_id: 'u', email: 'u@x.test', at: 3 },
  ],
  [
    { user_id: 'u', email: 'u@x.test', occurred_at: 1e16 },
    { user_id: 'u', email: 'u@x.test', at: 9 },
  ],
  [
    { user_id: 'u', email: 'u@x.test', occurred_at: -1 },
    { user_id: 'u', email: 'u@x.test', at: 0 },
  ],
  [{ user_id: 'u', email: null, occurred_at: 3 }, null],
  [{ user_id: '', email: 'u@x.test', occurred_at: 3 }, null],
  [{ user_id: 'u'.repeat(1_001), email: 'u@x.test', occurred_at: 3 }, null],
])('%j says %j', (signal, pair) => expect(emailOfUser(signal, 9)).toEqual(pair));

it('never commits past a record that is not done with, and up to the end once all are', () => {
  const where = { topic: 't', partition: 0 };
  const held = fc.array(fc.record({ offset: fc.integer({ min: 0, max: 20 }), order: fc.integer() }));
  fc.assert(
    fc.property(held, (records) => {
      const frontier = new CommitFrontier();
      const holds = [...records]
        .sort((a, b) => a.offset - b.offset)
        .map(({ offset, order }) => ({ offset, order, release: frontier.hold(where, BigInt(offset)) }));
      frontier.read(where, 21n);
      holds.sort((a, b) => a.order - b.order);
      for (let done = 0; done <= holds.length; done++) {
        const open = holds.slice(done).map(({ offset }) => offset);
        expect(frontier.offset(where)).toBe(BigInt(Math.min(21, ...open)));
        holds[done]?.release();
        holds[done]?.release();
      }
    }),
  );
});
