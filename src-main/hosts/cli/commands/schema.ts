import type { Command } from 'commander'
import { printJson } from '../print.ts'

/** Needs no workspace. */
export function addSchemaCommand(program: Command): void {
  program
    .command('schema')
    .description('the JSON Schema of a spec, with every strategy, optimizer and schedule')
    .option('--json', 'one JSON document on standard output', false)
    .option('--study', 'the schema of a study instead, for graft study', false)
    .action(async ({ json, study }: { json: boolean; study: boolean }) => {
      const { printForms, specSchema, studySchema } = await import('../spec-schema.ts')
      if (study) printJson(studySchema())
      else if (json) printJson(specSchema())
      else printForms()
    })
}
