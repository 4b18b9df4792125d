import type { ExportProof as Told } from '../../../contract/models.ts'
import type { ExportJob } from '../../../contract/trainer.ts'
import { trainedOnSentences } from '../../../contract/precision-words.ts'
import { programSentences } from '../../../contract/proof-words.ts'

/** How the exported files compare with the network inside Graft. */
export interface ExportProof extends Told {
  /** False when no sample of the dataset could be had, and noise was used. */
  readonly isRealData: boolean
  /** The files were run by native TensorFlow, and not by another implementation. */
  readonly isNative?: boolean
}

/** What was compared and how it came out, a line each, for both forms of the card; at last what the heads were trained on. */
export function proofLines(
  proof: ExportProof,
  { features, options }: Pick<ExportJob, 'features' | 'options'>,
): string[] {
  const inputs = proof.isRealData ? 'real samples of the dataset' : 'random inputs (the dataset was not at hand)'
  const { samples, maxDifference, sameTop1, program } = proof
  const loaded =
    maxDifference === null || sameTop1 === null
      ? ['Graft has no runtime of this format: the files were not loaded inside it']
      : [
          `${samples} ${inputs}`,
          ...(proof.isNative ? ['run by native TensorFlow, which Graft itself computes with'] : []),
          `largest difference of any output, of numbers in standard deviations of the target: ${maxDifference.toExponential(2)}`,
          `same most probable class: ${(sameTop1 * 100).toFixed(1)} %`,
        ]
  const trained = features === undefined ? [] : trainedOnSentences(features, options?.['weights'])
  return [...loaded, ...(program === undefined ? [] : programSentences(program)), ...trained]
}
