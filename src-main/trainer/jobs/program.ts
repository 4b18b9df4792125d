import type { ProgramJob } from '../../contract/trainer.ts'
import { askProgram } from '../program/ask-program.ts'
import type { RunJob } from '../job-context.ts'

/** Runs the program beside an export as a child of this process, which ends with it. */
export const runProgram: RunJob<ProgramJob> = async (job, { send, signal }) => {
  await send({ type: 'answered', answer: await askProgram(job, signal) })
}
