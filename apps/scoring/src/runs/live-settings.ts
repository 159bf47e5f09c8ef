import { hashOf, type Model, type ModelSettings } from '@millrace/catalog-models';
import { describeError } from '@millrace/platform-errors';
import type { KafkaLog } from '@millrace/platform-kafka';

import type { Publication, PublicationsLog } from '../connections/publications-log';
import { settingsFailures } from '../metrics';
import { isToPublish, publishFile, type FilesPublished, type FileState } from '../settings/publish-files';
import { changesInWords, settingChanges, type SettingChange } from '../settings/setting-changes';
import { parsePublication, settingsAt, type PublishedSettings } from '../settings/settings-at';
import { readSettingsFiles, type SettingsFiles } from '../settings/settings-files';

/** What a run counts by. */
export interface UsedSettings extends Pick<PublishedSettings, 'settings' | 'own' | 'hash'> {
  /** Null: nothing was read of what is published yet; it is what the file says. */
  readonly publication: Publication | null;
}

export interface LiveSettings {
  /** For a run as of the instant (epoch ms); default: what was published last. Throws ConfigError for what does not hold any more. */
  of(model: Model, instant?: number): UsedSettings;
  /**
   * Reads the files and what is published, and publishes files. All files are taken, or none. `countsFrom`: the instant from which on a
   * file that is published counts; null: only what never was is published. Returns notes for the run, empty when all is well.
   */
  refresh(countsFrom: number | null): Promise<readonly string[]>;
  /** How the file differs from what is published, in words; empty when it does not. */
  differences(model: Model): readonly string[];
  /** What a service that publishes changed files would publish of the model; empty: nothing. */
  unpublished(model: Model): readonly SettingChange[];
}

export interface LiveSettingsOptions {
  readonly folder: string;
  readonly models: readonly Model[];
  readonly publications: PublicationsLog;
  readonly publishes: FilesPublished;
  /** After each look: what is published, for whoever shows it. */
  readonly onRead?: ((publications: readonly Publication[]) => Promise<void>) | undefined;
  readonly log: KafkaLog;
}

const NEWEST = Number.MAX_SAFE_INTEGER;

/** Settings of models as they are published. Throws ConfigError when the files do not hold at the start. */
export function createLiveSettings(options: LiveSettingsOptions): LiveSettings {
  const { folder, models, publications, publishes, log } = options;
  let files: SettingsFiles = readSettingsFiles(folder, models);
  const seen = new Map<string, string>();
  const said = new Set<string>();

  const fileOf = ({ name }: Model): ModelSettings<object> => {
    const file = files.get(name);
    if (file === undefined) throw new Error(`${name} is not among the models whose settings are read`);
    return file;
  };

  const of = (model: Model, instant = NEWEST): UsedSettings =>
    settingsAt(publications, model, instant) ?? { ...fileOf(model), publication: null };

  /** By this version's schema; what it does not take any more keeps the hash that it had. */
  const ownHash = (model: Model, publication: Publication): string => {
    try {
      return hashOf(parsePublication(publications, model, publication, NEWEST).own);
    } catch {
      return publication.hash;
    }
  };

  const sayOnce = (about: string, say: () => void): void => {
    if (said.has(about)) return;
    said.add(about);
    say();
  };

  const publish = async (model: Model, countsFrom: number | null): Promise<void> => {
    const { name } = model;
    if (countsFrom === null && publications.of(name).length > 0) return;
    const known = publications.of(name).map((one) => ownHash(model, one));
    const file = fileOf(model);
    const state: FileState = { model, file, seen: seen.get(name), live: known.at(-1) };
    seen.set(name, hashOf(file.own));
    if (!isToPublish(state, known, publishes)) return;
    const published = await publishFile(publications, state, countsFrom ?? 0, Date.now());
    if (published === undefined || state.live === undefined) return;
    const { hash, offset } = published;
    log.info({ model: name, hash, offset }, `a changed file is published: ${name} uses it from now`);
  };

  /** Once for each file and each publication that it differs from; and what does not hold any more, for its model alone. */
  const say = (model: Model): void => {
    const { name } = model;
    try {
      const changes = differences(model);
      if (changes.length === 0) return;
      sayOnce(`${name} ${hashOf(fileOf(model).own)} ${of(model).hash}`, () =>
        log.warn({ model: name }, changes.join('; ')),
      );
    } catch (error) {
      settingsFailures.inc();
      sayOnce(describeError(error), () => log.error({ err: error, model: name }, describeError(error)));
    }
  };

  const differences = (model: Model): readonly string[] => {
    const { own, publication } = of(model);
    const changes = settingChanges(own, fileOf(model).own);
    if (changes.length === 0 || publication === null) return [];
    const { author, hash } = publication;
    return [
      `settings: the file of ${model.name} differs from what ${author} published (${hash}), which is used: ${changesInWords(changes)}`,
    ];
  };

  const unpublished = (model: Model): readonly SettingChange[] => {
    const known = publications.of(model.name).map((one) => ownHash(model, one));
    const file = fileOf(model);
    const live = known.at(-1);
    if (live === undefined || !isToPublish({ model, file, seen: undefined, live }, known, 'changed')) return [];
    return settingChanges(of(model).own, file.own);
  };

  return {
    of,
    differences,
    unpublished,
    async refresh(countsFrom) {
      const notes: string[] = [];
      try {
        files = readSettingsFiles(folder, models, files);
      } catch (error) {
        settingsFailures.inc();
        const problem = describeError(error);
        log.error({ err: error }, `the settings files are wrong, what is published still holds: ${problem}`);
        notes.push(`settings: the files are wrong, what is published was used: ${problem}`);
      }
      await publications.refresh();
      await Promise.all(models.map((model) => publish(model, countsFrom)));
      models.forEach(say);
      await options.onRead?.(publications.all());
      return notes;
    },
  };
}
