export { addressesOf, startStack, type PartName, type Stack, type StackEnvironment, type StackOptions } from './stack';
export { startProcess, type ProcessExit, type ProcessOptions, type RunningProcess } from './supervisor/start-process';
export { findFreePorts } from './ports';
