import { Command } from 'commander'
import { addAnalyseCommands } from './commands/analyse.ts'
import { addCompareCommand } from './commands/compare.ts'
import { addDatasetCommands } from './commands/dataset.ts'
import { addExplainCommand } from './commands/explain.ts'
import { addExportCommand } from './commands/export.ts'
import { addModelCommands } from './commands/model.ts'
import { addPrecisionCommand } from './commands/precision.ts'
import { addPredictCommand } from './commands/predict.ts'
import { addReportCommand } from './commands/report.ts'
import { addReviewCommand } from './commands/review.ts'
import { addRunCommands } from './commands/run.ts'
import { addSchemaCommand } from './commands/schema.ts'
import { addStudyCommands } from './commands/study.ts'

/** The whole command line; docs/cli.md lists the same commands and a test keeps them equal. */
export function createProgram(version: string, { isJson = false } = {}): Command {
  const program = new Command('graft')
    .description('Transfer learning on this computer, from the command line.')
    .version(version)
    .exitOverride()
    .showHelpAfterError()
  // With --json bad use is told as one line, like every other error.
  if (isJson) program.configureOutput({ writeErr: () => undefined })
  addDatasetCommands(program)
  addModelCommands(program)
  addRunCommands(program)
  addReviewCommand(program)
  addCompareCommand(program)
  addStudyCommands(program)
  addReportCommand(program)
  addExportCommand(program)
  addPredictCommand(program)
  addExplainCommand(program)
  addAnalyseCommands(program)
  addPrecisionCommand(program)
  addSchemaCommand(program)
  for (const command of program.commands) {
    command.exitOverride()
    for (const inner of command.commands) inner.exitOverride()
  }
  return program
}
