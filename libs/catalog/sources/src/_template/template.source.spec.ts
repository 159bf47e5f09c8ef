import { describeSource } from '../conformance/describe-source';
import { template } from './template.source';

describeSource(template, __dirname);
