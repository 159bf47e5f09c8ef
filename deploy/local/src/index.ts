export { announceRunning } from './running';
export { deployContracts, startServices, type Services, type ServicesOptions } from './services';
export { startBroker } from './start-broker';
export { stackIsUp } from './stack-is-up';
export { startStack, type PartName, type Stack, type StackOptions } from './stack';
export { findFreePorts, type StackEnvironment } from './ports';
export { runToEnd } from './supervisor/run-to-end';
export { startProcess, type ProcessExit, type ProcessOptions, type RunningProcess } from './supervisor/start-process';
export { waitUntil } from './supervisor/wait-until';
