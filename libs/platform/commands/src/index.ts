export { outliveClosedPipes } from './closed-pipes';
export { print, type CommandShell, type JsonOption } from './command-shell';
export { addDoctorCommand } from './doctor-command';
export { examinePlace, fine, wrong, type Finding, type Look } from './findings';
export { instant } from './instants';
export { executeProgram, runProgram, type AddCommands } from './run-program';
export { listing, table, values } from './table';
export { readTyped, wholeNumber, type WholeRange } from './typed';
