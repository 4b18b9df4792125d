import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ProgramProof } from '../../contract/models.ts'
import { PROGRAM_FILES } from '../../contract/proof-words.ts'
import type { ExportJob, ManifestItem, ProgramAnswer } from '../../contract/trainer.ts'
import { compareOutputs, mostProbable } from '../../learning/exporters/compare-outputs.ts'
import type { Exporter, ExportModel } from '../../learning/exporters/exporter.ts'
import type { JobContext } from '../job-context.ts'
import type { SampleInputs } from '../sample-inputs.ts'
import { writeProgramFiles } from './program-files.ts'

export interface ProgramProving {
  readonly exporter: Exporter
  readonly model: ExportModel
  readonly folder: string
  readonly scratch: string
  readonly context: JobContext
  readonly inputs: SampleInputs
  /** Graft's own answers for them, [head][sample][value]. */
  readonly expected: number[][][]
  readonly isExact: boolean
}

type Outputs = Extract<ProgramAnswer, { outputs: unknown }>

/** Lets the shipped program answer for the samples, as files. In Node first, which is here; undefined: the format has no such program. */
export async function proveProgram(job: ExportJob, proving: ProgramProving): Promise<ProgramProof | undefined> {
  const { exporter, model, inputs, context } = proving
  const runtimes = exporter.runtimes?.(model, job.options) ?? {}
  const languages = (['javascript', 'python'] as const).filter((language) => runtimes[language] !== undefined)
  if (languages.length === 0) return undefined
  if (inputs.items.length === 0) return { notRun: 'no item of the dataset can be read' }
  const target = join(proving.scratch, 'files')
  mkdirSync(target)
  const files = await writeProgramFiles(job, inputs.items, target)
  const reasons: string[] = []
  for (const language of languages) {
    const program = { kind: 'program', language, folder: proving.folder, files, heads: model.heads } as const
    const answer = await context.runProgram(program)
    context.signal.throwIfAborted()
    if ('outputs' in answer) return proofOf(answer, language, proving)
    reasons.push(`${PROGRAM_FILES[language]}: ${answer.notRun}`)
  }
  return { notRun: reasons.join('; ') }
}

function proofOf(answer: Outputs, language: 'python' | 'javascript', proving: ProgramProving): ProgramProof {
  const { model, expected, isExact, inputs } = proving
  const { maxDifference, sameTop1 } = compareOutputs(expected, answer.outputs, model.heads)
  return {
    language,
    runtime: answer.runtime,
    files: inputs.items.length,
    maxDifference,
    sameClass: sameTop1,
    msPerImage: answer.msPerImage,
    accuracy: isExact ? null : accuracyOf(inputs.items, proving, answer.outputs),
  }
}

/** Of all classification heads together. */
function accuracyOf(
  items: readonly ManifestItem[],
  { model, expected }: ProgramProving,
  received: number[][][],
): { labelled: number; graft: number; exported: number } | null {
  const right = { labelled: 0, graft: 0, exported: 0 }
  model.heads.forEach(({ type }, head) => {
    if (type !== 'classification') return
    items.forEach(({ targets }, i) => {
      const target = targets[head] ?? null
      if (target === null) return
      right.labelled += 1
      right.graft += Number(mostProbable(expected[head]![i]!) === target)
      right.exported += Number(mostProbable(received[head]![i]!) === target)
    })
  })
  const { labelled, graft, exported } = right
  return labelled === 0 ? null : { labelled, graft: graft / labelled, exported: exported / labelled }
}
