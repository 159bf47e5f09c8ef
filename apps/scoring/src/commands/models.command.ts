import {
  assertSettingsFolder,
  loadModelSettings,
  MODELS,
  orderModels,
  scheduleOf,
  type Input,
  type Model,
} from '@millrace/catalog-models';
import { listing, print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { readScoringConfig } from '../app.config';
import { addModelSettingsCommands } from './models-settings';
import { addWhatIfCommand } from './what-if.command';

export function addModelsCommand(program: Command, shell: CommandShell): void {
  const models = program.command('models').description('the models, their settings and their graph');
  models
    .command('list')
    .description('in the order in which they read each other')
    .option('--json', 'print one JSON list')
    .action((options: JsonOption) => {
      const { MODELS_CONFIG_DIR, TIME_ZONE } = readScoringConfig();
      assertSettingsFolder(MODELS_CONFIG_DIR);
      const rows = orderModels(MODELS).map((model) => describeModel(model, MODELS_CONFIG_DIR));
      const cells = rows.map((row) => [row.name, row.version, row.kind, row.schedule, row.inputs.join(', ')]);
      const header = ['model', 'version', 'kind', `schedule in ${TIME_ZONE}`, 'reads'];
      print(shell, options, rows, listing(header, cells, 'no models'));
    });
  addModelSettingsCommands(models, shell);
  addWhatIfCommand(models, shell);
}

const inputInWords = (input: Input): string =>
  'model' in input ? input.model : input.from === 'entities' ? input.of : input.from;

function describeModel(model: Model, settingsFolder: string) {
  const { settings, hash, file } = loadModelSettings(model, settingsFolder);
  const { name, version, kind, grain } = model;
  const inputs = Object.values(model.inputs(settings)).map(inputInWords);
  return {
    name,
    version,
    kind,
    grain,
    inputs,
    schedule: scheduleOf(settings as object)?.cron ?? null,
    settings_hash: hash,
    settings_file: file,
  };
}
