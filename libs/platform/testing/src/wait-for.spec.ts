import { waitFor } from './wait-for';

it('returns the value that will do, after as many looks as it takes', async () => {
  let looks = 0;
  expect(await waitFor('three looks', () => (++looks >= 3 ? looks : undefined), { everyMs: 1 })).toBe(3);
});

it('names what was awaited and what was seen last', async () => {
  const sealed = waitFor('all signals sealed', () => ({ sealed: 7 }), {
    deadlineMs: 30,
    everyMs: 5,
    until: ({ sealed }) => sealed === 10,
  });
  await expect(sealed).rejects.toThrow(
    /^waited 30 ms \(\d+ looks\) for all signals sealed; last seen: \{ sealed: 7 \}$/,
  );
});

it('takes an error for "not yet" and shows the last one', async () => {
  let looks = 0;
  const look = (): string => {
    if (++looks < 3) throw new Error(`refused ${looks}`);
    return 'ok';
  };
  expect(await waitFor('an answer', look, { everyMs: 1 })).toBe('ok');
  const never = waitFor('an answer', () => Promise.reject(new Error('refused')), { deadlineMs: 20, everyMs: 5 });
  await expect(never).rejects.toThrow('last seen: an error: refused');
});

it('keeps its deadline although a look never returns', async () => {
  const stuck = waitFor('a stuck look', () => new Promise(() => undefined), { deadlineMs: 30 });
  await expect(stuck).rejects.toThrow('the first look has not returned');
});
