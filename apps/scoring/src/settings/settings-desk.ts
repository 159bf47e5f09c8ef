import { join } from 'node:path';

import {
  hashOf,
  loadSettingsFile,
  MODELS,
  parseModelSettings,
  type Model,
  type ParsedSettings,
} from '@millrace/catalog-models';
import { UsageError } from '@millrace/platform-errors';

import type { Publication, PublicationsLog } from '../connections/publications-log';
import { affectedModels } from './affected-models';
import { assertSchedules } from './assert-schedules';
import { nextNumber, publishSettings } from './publish-settings';
import { settingChanges, type SettingChange } from './setting-changes';
import { parsePublication, settingsAt } from './settings-at';

/** What is live and what is proposed, path by path. */
export interface SettingsDiff {
  readonly model: string;
  /** Null: nothing was published, and what is shown as live are the defaults. */
  readonly live: Publication | null;
  /** Where the proposed settings come from. */
  readonly origin: string;
  readonly hash: string;
  readonly changes: readonly SettingChange[];
  /** Models that read this one or borrow its settings. */
  readonly affected: readonly string[];
}

export interface PublishOutcome extends SettingsDiff {
  /** unchanged: it is live already. */
  readonly outcome: 'published' | 'unchanged';
  readonly publication: Publication | null;
}

export interface Decision {
  readonly author: string;
  readonly note: string;
  /** Epoch milliseconds; left out: from now on. */
  readonly countsFrom?: number | undefined;
}

export interface DeskDeps {
  readonly publications: PublicationsLog;
  readonly folder: string;
  readonly zone: string;
  readonly models?: readonly Model[];
  readonly now: () => number;
}

/** What people do with settings: look, publish, go back. The log is read before each. */
export interface SettingsDesk {
  /** `file`: default that of the folder. */
  propose(model: Model, file?: string): Promise<{ diff: SettingsDiff; parsed: ParsedSettings<object> }>;
  publish(model: Model, decision: Decision, file?: string): Promise<PublishOutcome>;
  /** To the publication with this hash, or the beginning of it; default: the newest that is not what is live. */
  rollback(model: Model, decision: Decision, to?: string): Promise<PublishOutcome>;
  /** The oldest first. */
  history(model: Model): Promise<readonly Publication[]>;
}

const NEWEST = Number.MAX_SAFE_INTEGER;

export function createSettingsDesk({ publications, folder, zone, models = MODELS, now }: DeskDeps): SettingsDesk {
  const liveOf = (model: Model): ParsedSettings<object> =>
    settingsAt(publications, model, NEWEST) ??
    (parseModelSettings(model, {}, 'the defaults') as ParsedSettings<object>);
  const lend = (lender: Model): unknown => liveOf(lender).settings;

  /** What is live and does not hold any more is compared as it was written. */
  const ownLive = (model: Model): object => {
    try {
      return liveOf(model).own;
    } catch {
      return publications.of(model.name).at(-1)?.settings ?? {};
    }
  };

  const diffOf = (model: Model, own: object, origin: string): SettingsDiff => ({
    model: model.name,
    live: publications.of(model.name).at(-1) ?? null,
    origin,
    hash: hashOf(own),
    changes: settingChanges(ownLive(model), own),
    affected: affectedModels(model.name, models, (one) => liveOf(one).settings),
  });

  const decide = async (
    model: Model,
    parsed: ParsedSettings<object>,
    diff: SettingsDiff,
    { author, note, countsFrom }: Decision,
  ): Promise<PublishOutcome> => {
    if (diff.live !== null && diff.changes.length === 0) return { ...diff, outcome: 'unchanged', publication: null };
    assertSchedules(models, (one) => (one === model ? parsed.settings : liveOf(one).settings), zone);
    const publication = await publishSettings(publications, {
      model: model.name,
      own: parsed.own,
      author,
      note,
      // Before the first one there is nothing that could count.
      countsFrom: diff.live === null ? 0 : countsFrom,
      number: nextNumber(publications.of(model.name)),
      now: now(),
    });
    return { ...diff, outcome: 'published', publication };
  };

  const propose: SettingsDesk['propose'] = async (model, file = join(folder, `${model.name}.yaml`)) => {
    await publications.refresh();
    const parsed = loadSettingsFile(model, file, lend) as ParsedSettings<object>;
    return { parsed, diff: diffOf(model, parsed.own, file) };
  };

  return {
    propose,
    async publish(model, decision, file) {
      const { parsed, diff } = await propose(model, file);
      return decide(model, parsed, diff, decision);
    },
    async rollback(model, decision, to) {
      await publications.refresh();
      const target = publicationTo(model.name, publications.of(model.name), to);
      const parsed = parsePublication(publications, model, target, NEWEST);
      return decide(model, parsed, diffOf(model, parsed.own, `publication ${target.number}`), decision);
    },
    async history(model) {
      await publications.refresh();
      return publications.of(model.name);
    },
  };
}

/** Throws UsageError when there is none, or several that differ. */
function publicationTo(model: string, publications: readonly Publication[], to: string | undefined): Publication {
  const live = publications.at(-1);
  const advice = `What there is: npx millrace models history ${model}`;
  if (to === undefined) {
    const before = publications.findLast(({ hash }) => hash !== live?.hash);
    if (before !== undefined) return before;
    throw new UsageError(`nothing else was published of ${model} before`, { advice });
  }
  const found = publications.filter(({ hash }) => hash.startsWith(to));
  const [first] = found;
  if (first === undefined) throw new UsageError(`--to: no publication of ${model} has the hash ${to}`, { advice });
  if (found.some(({ hash }) => hash !== first.hash)) {
    throw new UsageError(`--to: ${to} is the beginning of more than one hash`, { advice });
  }
  return first;
}
