import { findModel } from '@millrace/catalog-models';
import { parseWhen, startOf } from '@millrace/contract-window';
import { instant, listing, print, readTyped, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { readScoringConfig } from '../app.config';
import { mirrorPublications } from '../settings/publications-mirror';
import type { Decision, PublishOutcome, SettingsDesk, SettingsDiff } from '../settings/settings-desk';
import { saidBy, withDecisionOptions, type DecisionOptions } from './decision-options';
import { withSettings } from './with-settings';

interface PublishOptions extends DecisionOptions {
  readonly file?: string;
  readonly from?: string;
  readonly to?: string;
}

const FILE = ['--file <path>', 'the settings; default: <model>.yaml in MODELS_CONFIG_DIR'] as const;
const FROM = ['--from <date|time>', 'runs as of then and later use them; default: from now on'] as const;
const SEE = '\nSee docs/guide/change-weights.md';

/** `models diff`, `models publish`, `models rollback` and `models history`. */
export function addModelSettingsCommands(models: Command, shell: CommandShell): void {
  models
    .command('diff <model>')
    .description('what a settings file would change, against what is live; publishes nothing')
    .option(...FILE)
    .option('--json', 'print one JSON object')
    .action(async (name: string, { file, json }: JsonOption & { readonly file?: string }) => {
      const model = findModel(name);
      const { diff } = await withSettings(readScoringConfig(), (desk) => desk.propose(model, file));
      print(shell, { json }, diff, diffInLines(diff));
    });
  withDecisionOptions(
    models
      .command('publish <model>')
      .description('let the next runs use a settings file; says what changes')
      .option(...FILE)
      .option(...FROM),
  )
    .addHelpText('after', SEE)
    .action((name: string, options: PublishOptions) =>
      decide(shell, options, (desk, decision) => desk.publish(findModel(name), decision, options.file)),
    );
  withDecisionOptions(
    models
      .command('rollback <model>')
      .description('publish earlier settings again')
      .option('--to <hash>', 'of the publication, or its beginning; default: the newest that is not live')
      .option(...FROM),
  )
    .addHelpText('after', SEE)
    .action((name: string, options: PublishOptions) =>
      decide(shell, options, (desk, decision) => desk.rollback(findModel(name), decision, options.to)),
    );
  models
    .command('history <model>')
    .description('what was published, the oldest first; the last one is live')
    .option('--json', 'print one JSON list')
    .action(async (name: string, options: JsonOption) => {
      const model = findModel(name);
      const rows = await withSettings(readScoringConfig(), (desk) => desk.history(model));
      const cells = rows.map((row) => [
        row.number,
        row.hash,
        instant(row.published_at),
        row.counts_from === 0 ? 'always' : instant(row.counts_from),
        row.author,
        row.note,
      ]);
      const header = ['number', 'hash', 'published', 'counts from', 'by', 'note'];
      print(shell, options, rows, listing(header, cells, `nothing was published of ${name}`));
    });
}

async function decide(
  shell: CommandShell,
  options: PublishOptions,
  work: (desk: SettingsDesk, decision: Decision) => Promise<PublishOutcome>,
): Promise<void> {
  const config = readScoringConfig();
  const { from } = options;
  const countsFrom =
    from === undefined ? undefined : readTyped('--from', () => startOf(parseWhen(from, config.TIME_ZONE)));
  const decision = { ...saidBy(options), countsFrom };
  const outcome = await withSettings(config, async (desk, { clickhouse, publications }) => {
    const decided = await work(desk, decision);
    // The log has it; a service shows it later where ClickHouse is away.
    await mirrorPublications(clickhouse, publications.all()).catch(() => undefined);
    return decided;
  });
  print(shell, options, outcome, outcomeInLines(outcome));
}

const shown = (value: unknown): string => (value === undefined ? 'not there' : JSON.stringify(value));

export function diffInLines({ model, live, origin, changes, affected }: SettingsDiff): string[] {
  const standing =
    live === null
      ? `nothing was published of ${model} yet; the defaults stand here as live`
      : `live: ${live.hash}, published by ${live.author} at ${instant(live.published_at)}: ${live.note}`;
  if (changes.length === 0) return [standing, `${origin} says the same`];
  return [
    standing,
    ...listing(
      ['setting', 'live', 'proposed'],
      changes.map(({ path, from, to }) => [path, shown(from), shown(to)]),
      '',
    ),
    ...(affected.length === 0 ? [] : [`Models that read ${model}: ${affected.join(', ')}`]),
  ];
}

function outcomeInLines(outcome: PublishOutcome): string[] {
  const { model, publication } = outcome;
  if (publication === null) return [`nothing to do: ${outcome.hash} is live already`];
  const from = publication.counts_from === 0 ? 'all runs' : `runs as of ${instant(publication.counts_from)} and later`;
  return [
    ...diffInLines(outcome),
    `published: ${publication.hash} (publication ${publication.number} of ${model}); ${from} use it`,
    `Undo it: npx millrace models rollback ${model} --note <why>`,
  ];
}
