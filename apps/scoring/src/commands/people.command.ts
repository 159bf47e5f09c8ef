import { identityKey, standingEdits, type Identity, type IdentityEdit } from '@millrace/contract-score';
import { instant, listing, print, readTyped, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { readScoringConfig } from '../app.config';
import { decideEdit, type EditOutcome } from '../identity-edits/decide-edit';
import type { EditsLog } from '../connections/edits-log';
import { IDENTITY_FORMS, nameOf, parseIdentity } from '../identity-edits/identity-name';
import { saidBy, withDecisionOptions, type DecisionOptions } from './decision-options';
import { withEdits } from './with-edits';

/** `people link`, `people unlink` and `people edits`. */
export function addPeopleCommand(program: Command, shell: CommandShell): void {
  const people = program.command('people').description('correct who is who');
  const editOptions = (command: Command): Command =>
    withDecisionOptions(command).addHelpText(
      'after',
      `\nAn identity is ${IDENTITY_FORMS}.\nSee docs/guide/people-and-accounts.md`,
    );

  editOptions(
    people
      .command('link <identity> <identity>')
      .description('both belong to one person from now on; undo it with unlink'),
  ).action((identity: string, other: string, options: DecisionOptions) =>
    decide(shell, 'link', identity, other, options),
  );
  editOptions(
    people
      .command('unlink <identity> [identity]')
      .description(
        'what ties the two is ignored from now on; of one alone: whatever ties it to anybody. Undo it with link',
      ),
  ).action((identity: string, other: string | undefined, options: DecisionOptions) =>
    decide(shell, 'unlink', identity, other, options),
  );
  people
    .command('edits [identity]')
    .description('what was linked and unlinked, the oldest first')
    .option('--json', 'print one JSON list')
    .action(async (typed: string | undefined, options: JsonOption) => {
      const about = typed === undefined ? null : identityAt('identity', typed);
      const rows = await withEdits(readScoringConfig(), (edits) => listEdits(edits, about));
      const cells = rows.map((row) => [
        row.offset,
        instant(row.appended_at),
        row.kind,
        nameOf(row.identity),
        row.other === null ? 'everybody' : nameOf(row.other),
        row.is_counting ? 'yes' : 'no',
        row.author,
        row.note,
      ]);
      const header = ['offset', 'decided', 'edit', 'identity', 'other', 'counts', 'by', 'note'];
      print(shell, options, rows, listing(header, cells, 'nothing was linked or unlinked'));
    });
}

const identityAt = (place: string, typed: string): Identity => readTyped(place, () => parseIdentity(typed));

async function decide(
  shell: CommandShell,
  kind: IdentityEdit['kind'],
  typed: string,
  typedOther: string | undefined,
  options: DecisionOptions,
): Promise<void> {
  const said = {
    identity: identityAt('the first identity', typed),
    ...saidBy(options),
    decided_at: Date.now(),
  };
  const other = typedOther === undefined ? null : identityAt('the second identity', typedOther);
  const edit: IdentityEdit =
    kind === 'link' && other !== null ? { kind, ...said, other } : { kind: 'unlink', ...said, other };
  const outcome = await withEdits(readScoringConfig(), (edits) => decideEdit(edits, edit));
  print(shell, options, outcome, inLines(outcome));
}

function inLines({ outcome, edit, offset, appended_at, is_still_linked }: EditOutcome): string[] {
  const { kind, identity, other } = edit;
  const both = `${nameOf(identity)} and ${other === null ? 'everybody' : nameOf(other)}`;
  return [
    outcome === 'unchanged'
      ? `nothing to do: ${both} are ${kind}ed already`
      : `${kind}ed: ${both} (decision ${offset})`,
    ...(is_still_linked
      ? ['They belong together all the same, by way of another link: npx millrace people edits']
      : []),
    ...(appended_at === null
      ? []
      : [
          `It counts for runs as of ${instant(Math.ceil(appended_at / 1000) * 1000)} and later: npx millrace run <model>`,
        ]),
  ];
}

/** Decisions as they are shown, all or those about an identity. */
export async function listEdits(log: EditsLog, about: Identity | null) {
  await log.refresh();
  const entries = log.entries();
  const { counting } = standingEdits(entries.map(({ value }) => value));
  const isMeant = ({ identity, other }: IdentityEdit): boolean =>
    about === null || [identity, other].some((one) => one !== null && identityKey(one) === identityKey(about));
  return entries
    .filter(({ value }) => isMeant(value))
    .map(({ value, offset, appendedAt }) => ({
      offset: Number(offset),
      appended_at: appendedAt,
      ...value,
      is_counting: counting.has(value),
    }));
}
