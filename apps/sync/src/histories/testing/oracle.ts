import type { FieldValue } from '@millrace/contract-delivery';

import type { HistoryWorld } from './history-world';
import { isEqual, isNear } from './history-world';
import type { Contact } from './made-crm';
import type { ScoringInMemory, Values } from './scoring-in-memory';

const EMPTY = ['', 'none', null];

/**
 * What the CRM must have once everything is delivered: of each record and field the value of the model's current run, or what the
 * policies say of nulls and leavers. `excused`: match keys whose last answer was that it was not taken. Returns what is wrong.
 */
export function differences(world: HistoryWorld, scoring: ScoringInMemory, excused: ReadonlySet<string>): string[] {
  const { mapping } = world;
  const ran = world.models().filter((model) => scoring.current(model) !== undefined);
  const present = scoring.currentPeople()?.rows ?? new Map();
  const wrong: string[] = [];
  const seen = new Set<Contact>();
  for (const [id, row] of present) {
    const contact = world.foundBy(row);
    if (contact !== undefined) seen.add(contact);
    const isFlagged = row.isFlagged || world.people.find((one) => one.id === id)?.isFlagged === true;
    const key = contact?.email ?? row.email;
    if (isFlagged || world.isGonePresent(row) || excused.has(key)) continue;
    const saidBy = new Map(ran.map((model) => [model, scoring.current(model)?.rows.get(id)]));
    const isScored = [...saidBy.values()].some((values) => values !== undefined);
    const isKnown = contact !== undefined && contact.writes > 0;
    if (!isKnown) {
      const isMissed = contact === undefined ? mapping.mode !== 'update' : mapping.mode !== 'create';
      if (isMissed && starts(world, saidBy)) wrong.push(`${id} <${key}> was never sent`);
    } else if (!isScored) {
      wrong.push(...leftWrong(world, contact, ran));
    } else if (mapping.mode !== 'create') {
      wrong.push(...valuesWrong(world, contact, saidBy));
    }
  }
  for (const contact of world.crm.contacts) {
    const isFlagged = world.people.some((one) => one.isFlagged && one.contactIds.includes(contact.id));
    if (isFlagged || seen.has(contact) || contact.isGone || contact.writes === 0 || excused.has(contact.email))
      continue;
    wrong.push(...leftWrong(world, contact, ran));
  }
  return wrong;
}

type SaidBy = ReadonlyMap<string, Values | undefined>;

const valueOf = (saidBy: SaidBy, from: string): FieldValue => {
  const [model = '', of = ''] = from.split('.');
  return saidBy.get(model)?.[of as keyof Values] ?? null;
};

/** A record never accepted starts with a number other than 0; without numbers that are compared, with anything. */
function starts({ mapping }: HistoryWorld, saidBy: SaidBy): boolean {
  const fields = Object.values(mapping.fields).filter(({ from }) => saidBy.has(from.split('.')[0] ?? ''));
  const deltas = fields.filter(({ trigger }) => typeof trigger === 'object');
  if (deltas.length > 0) return deltas.some(({ from }) => Number(valueOf(saidBy, from)) !== 0);
  return fields.some(({ from, trigger }) => trigger === 'change' && !EMPTY.includes(valueOf(saidBy, from) as string));
}

function valuesWrong({ mapping }: HistoryWorld, contact: Contact, saidBy: SaidBy): string[] {
  return Object.entries(mapping.fields).flatMap(([field, { from, trigger }]) => {
    const newest = valueOf(saidBy, from);
    if (trigger === 'never' || !saidBy.has(from.split('.')[0] ?? '')) return [];
    if (newest === null && mapping.nulls === 'keep') return [];
    const stored = contact.fields[field] ?? null;
    const isRight = typeof trigger === 'object' ? isNear(stored, newest, trigger.delta) : isEqual(stored, newest);
    return isRight
      ? []
      : [`${contact.email} ${field} is ${JSON.stringify(stored)} instead of ${JSON.stringify(newest)}`];
  });
}

function leftWrong({ mapping }: HistoryWorld, contact: Contact, ran: readonly string[]): string[] {
  const { leavers, mode } = mapping;
  if (leavers === 'keep' || mode === 'create') return [];
  return Object.entries(mapping.fields).flatMap(([field, { from, trigger }]) => {
    if (trigger === 'never' || !ran.includes(from.split('.')[0] ?? '')) return [];
    const left = leavers === 'clear' ? null : leavers.set[field];
    const stored = contact.fields[field] ?? null;
    if (left === undefined || isEqual(stored, left)) return [];
    return [`${contact.email} left: ${field} is ${JSON.stringify(stored)} instead of ${JSON.stringify(left)}`];
  });
}
