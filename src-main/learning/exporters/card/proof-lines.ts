/** How the exported files compare with the network inside Graft. */
export interface ExportProof {
  readonly samples: number
  readonly maxDifference: number
  /** Share of classifications with the same most probable class, 0..1. */
  readonly sameTop1: number
  /** False when no sample of the dataset could be had, and noise was used. */
  readonly isRealData: boolean
}

/** What was compared and how it came out, a line each, for both forms of the card. */
export function proofLines(proof: ExportProof): string[] {
  const inputs = proof.isRealData ? 'real samples of the dataset' : 'random inputs (the dataset was not at hand)'
  return [
    `${proof.samples} ${inputs}`,
    `largest difference of any output, of numbers in standard deviations of the target: ${proof.maxDifference.toExponential(2)}`,
    `same most probable class: ${(proof.sameTop1 * 100).toFixed(1)} %`,
  ]
}
