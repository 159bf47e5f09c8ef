import type { SealStep } from '@millrace/contract-window';

import { dayBounds, daysOfWindow, newlyCompleteDays, touchedSteps } from './touched-days';

const HOUR = 3_600_000;
const spill = { zone: 'America/New_York', spillMs: 30 * 60_000 };
const at = (text: string): number => Date.parse(text);
const dates = (start: string): string[] => daysOfWindow(at(start), HOUR, spill).map((day) => day.date);

describe('daysOfWindow', () => {
  it.each([
    { window: '2026-11-20T15:00Z', days: ['2026-11-20'], why: 'mid-morning in New York' },
    {
      window: '2026-11-21T04:00Z',
      days: ['2026-11-20', '2026-11-21'],
      why: 'the last hour: a visit can cross midnight',
    },
    { window: '2026-11-21T03:00Z', days: ['2026-11-20'], why: 'the hour before: half an hour does not reach midnight' },
    {
      window: '2026-11-21T05:00Z',
      days: ['2026-11-20', '2026-11-21'],
      why: 'the first hour: it may hold the end of a visit of the day before',
    },
    { window: '2026-11-21T06:00Z', days: ['2026-11-21'], why: 'the second hour' },
    { window: '2026-11-01T05:00Z', days: ['2026-11-01'], why: '01:00 of the 25-hour day, first time' },
    { window: '2026-11-02T04:00Z', days: ['2026-11-01', '2026-11-02'], why: 'the last hour of the 25-hour day' },
  ])('$window touches $days: $why', ({ window, days }) => {
    expect(dates(window)).toEqual(days);
  });
});

it('touchedSteps keeps the newest step of each day', () => {
  const windows = [
    { window_start: at('2026-11-20T15:00Z'), step: 3 },
    { window_start: at('2026-11-20T16:00Z'), step: 7 },
    { window_start: at('2026-11-21T04:00Z'), step: 5 },
  ];
  expect(touchedSteps(windows, HOUR, spill)).toEqual(
    new Map([
      ['2026-11-20', 7],
      ['2026-11-21', 5],
    ]),
  );
});

it('newlyCompleteDays names days that ended between two states of the chain', () => {
  const head = { closed_through: at('2026-11-22T06:10Z'), window: { size_ms: HOUR, grace_ms: 600_000 } } as SealStep;
  expect(newlyCompleteDays(at('2026-11-20T06:10Z'), head, spill)).toEqual(['2026-11-20', '2026-11-21']);
  expect(newlyCompleteDays(at('2026-11-22T06:10Z'), head, spill)).toEqual([]);
  expect(newlyCompleteDays(at('2026-11-22T06:09Z'), head, spill)).toEqual(['2026-11-21']);
  expect(newlyCompleteDays(0, head, spill, 3)).toEqual(['2026-11-19', '2026-11-20', '2026-11-21']);
});

it('dayBounds are UTC literals; the day of the spring switch has 23 hours', () => {
  expect(dayBounds('2026-03-08', HOUR, spill)).toEqual({
    day: '2026-03-08',
    zone: 'America/New_York',
    day_start: '2026-03-08 05:00:00',
    day_end: '2026-03-09 04:00:00',
    visit_start: '2026-03-08 04:30:00',
    visit_end: '2026-03-09 04:30:00',
    first_window: '2026-03-08 04:00:00',
  });
});
