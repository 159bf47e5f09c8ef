export { print, table, type CommandShell, type JsonOption } from './command-shell';
export { addDoctorCommand, examinePlace, fine, wrong, type Finding, type Look } from './findings';
export { executeProgram, runProgram, type AddCommands } from './run-program';
