import {
  identityKey,
  rootOf,
  standingEdits,
  type Identity,
  type IdentityEdit,
  type StandingEdits,
} from '@millrace/contract-score';
import { UsageError } from '@millrace/platform-errors';

import type { EditsLog } from '../connections/edits-log';
import { nameOf } from './identity-name';

export interface EditOutcome {
  /** unchanged: what stands says it already. */
  readonly outcome: 'decided' | 'unchanged';
  readonly edit: IdentityEdit;
  /** Place in the log and when the broker had it, epoch milliseconds; null when nothing was written. */
  readonly offset: number | null;
  readonly appended_at: number | null;
  /** After an unlink: another link keeps the two together. */
  readonly is_still_linked: boolean;
}

/** Writes a decision, unless it changes nothing. Throws UsageError for one that can never count. */
export async function decideEdit(log: EditsLog, edit: IdentityEdit): Promise<EditOutcome> {
  await log.refresh();
  const edits = log.entries().map(({ value }) => value);
  const before = standingEdits(edits);
  refuseWhatCannotBe(edit, before);
  const after = standingEdits([...edits, edit]);
  const is_still_linked =
    edit.kind === 'unlink' && edit.other !== null && isSame(rootOf(after, edit.identity), rootOf(after, edit.other));
  if (sayingsOf(before) === sayingsOf(after)) {
    return { outcome: 'unchanged', edit, offset: null, appended_at: null, is_still_linked };
  }
  const { offset, appendedAt } = await log.append(edit);
  return { outcome: 'decided', edit, offset: Number(offset), appended_at: appendedAt, is_still_linked };
}

function refuseWhatCannotBe({ kind, identity, other }: IdentityEdit, standing: StandingEdits): void {
  if (other === null) {
    if (identity.kind !== 'user') return;
    throw new UsageError(`${nameOf(identity)} is a person by itself, nothing ties it to another`, {
      advice: `Name what was wrongly joined to it: npx millrace people unlink <identity> ${nameOf(identity)} --note ...`,
    });
  }
  if (isSame(identity, other)) throw new UsageError(`${nameOf(identity)} is named twice`);
  const roots = [rootOf(standing, identity), rootOf(standing, other)] as const;
  const [mine, others] = roots;
  if (kind === 'unlink') {
    if (identity.kind !== 'email' || other.kind !== 'email' || isSame(mine, others)) return;
    throw new UsageError(
      `Nobody linked ${nameOf(identity)} and ${nameOf(other)}, and e-mails belong together by a user id alone`,
      {
        advice: `Name that user id: npx millrace people unlink ${nameOf(identity)} user:<id> --note ...`,
      },
    );
  }
  if (mine.kind === 'user' && others.kind === 'user' && !isSame(mine, others)) {
    const why = [identity, other].flatMap((named, index) => {
      const root = roots[index] ?? named;
      return isSame(named, root) ? [] : [`${nameOf(named)} is linked to ${nameOf(root)}`];
    });
    throw new UsageError(
      [`${nameOf(mine)} and ${nameOf(others)} never become one person: user ids never join`, ...why].join('; '),
      {
        advice:
          why.length === 0
            ? 'Merge the two in the system that gives user ids'
            : 'End that link first: npx millrace people unlink; npx millrace people edits shows it',
      },
    );
  }
  if (mine.kind === 'anonymous' && others.kind === 'anonymous') {
    throw new UsageError('Two anonymous ids do not say who it is', {
      advice: 'Link each of them to a user id, an e-mail or a record of a system',
    });
  }
}

const isSame = (a: Identity, b: Identity): boolean => identityKey(a) === identityKey(b);

/** Two lists that say the same are the same text, whatever their order. */
const sayingsOf = ({ follows, apart, cuts }: StandingEdits): string =>
  JSON.stringify([follows, apart, cuts].map((list) => list.map((one) => JSON.stringify(one)).sort()));
