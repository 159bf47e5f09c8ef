import { loadModelSettings, MODELS, orderModels, type Model } from '@millrace/catalog-models';
import { print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { readScoringConfig } from '../app.config';

export function addModelsCommand(program: Command, shell: CommandShell): void {
  const models = program.command('models').description('the models, their settings and their graph');
  models
    .command('list')
    .description('in the order in which they read each other')
    .option('--json', 'print one JSON list')
    .action((options: JsonOption) => {
      const { MODELS_CONFIG_DIR } = readScoringConfig();
      const rows = orderModels(MODELS).map((model) => describeModel(model, MODELS_CONFIG_DIR));
      const lines = rows.map(
        ({ name, version, kind, inputs }) => `${name} v${version} ${kind} <- ${inputs.join(', ')}`,
      );
      print(shell, options, rows, lines);
    });
}

function describeModel(model: Model, settingsFolder: string) {
  const { hash, file } = loadModelSettings(model, settingsFolder);
  const { name, version, kind, grain, inputs, schedule } = model;
  return {
    name,
    version,
    kind,
    grain,
    inputs,
    schedule: schedule?.cron ?? null,
    settings_hash: hash,
    settings_file: file,
  };
}
