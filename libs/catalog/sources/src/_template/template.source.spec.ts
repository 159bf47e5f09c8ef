import { describeSource } from '../testing/describe-source';
import { template } from './template.source';

describeSource(template, __dirname);
