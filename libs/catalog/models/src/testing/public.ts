export { templateModel } from '../_template/template.model';
export { casesOf, type ModelCase } from './model-case';
