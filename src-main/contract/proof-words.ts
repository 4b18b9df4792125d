import type { ProgramProof } from './models.ts'

/** The program beside an export, by its language. */
export const PROGRAM_FILES = Object.freeze({ python: 'predict.py', javascript: 'predict.mjs' })

/** What running the shipped program has shown, a sentence each: for cards, the command line and the window. Free of schemas. */
export function programSentences(program: ProgramProof): string[] {
  if ('notRun' in program) return [`Not proven here as a program: ${program.notRun}.`]
  const { language, runtime, files, maxDifference, sameClass, msPerImage, accuracy } = program
  const answers = `${PROGRAM_FILES[language]} in ${runtime}, asked for ${files} of the dataset's items: largest difference of any probability ${maxDifference.toExponential(2)}, the same class for ${percent(sameClass)}, ${msPerImage.toFixed(1)} ms each.`
  if (accuracy === null) return [answers]
  const { labelled, graft, exported } = accuracy
  return [answers, `Right on the labelled ones, ${labelled}: ${percent(exported)}, inside Graft ${percent(graft)}.`]
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`
}
