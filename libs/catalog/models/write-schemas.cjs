// Writes config/models/<model>.schema.json from the settings of each model: node libs/catalog/models/write-schemas.cjs
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { z } = require('zod');
const { MODELS } = require('./dist/index.js');

for (const model of MODELS) {
  if (model.name === 'identities') continue;
  const path = join(__dirname, '../../../config/models', `${model.name}.schema.json`);
  writeFileSync(path, `${JSON.stringify(z.toJSONSchema(model.settings, { io: 'input' }), null, 2)}\n`);
}
