// Writes config/models/<model>.schema.json from the settings of each model: node libs/catalog/models/write-schemas.cjs
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { z } = require('zod');
const { MODELS } = require('./dist/index.js');
const { templateModel } = require('./dist/_template/template.model.js');

const write = ({ settings }, path) =>
  writeFileSync(path, `${JSON.stringify(z.toJSONSchema(settings, { io: 'input' }), null, 2)}\n`);

for (const model of MODELS) {
  if (model.name === 'identities') continue;
  write(model, join(__dirname, '../../../config/models', `${model.name}.schema.json`));
}
write(templateModel, join(__dirname, 'src/_template/settings.schema.json'));
