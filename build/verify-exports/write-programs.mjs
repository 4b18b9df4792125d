// Writes a shipped base model in every format with the programs that lie beside an export, and photographs for them: node write-programs.mjs FOLDER BASE
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXPORTERS } from '../../src-main/learning/exporters/index.ts'
import { pixelInput } from '../../src-main/learning/exporters/pixel-input.ts'
import { JAVASCRIPT_PROGRAM, javascriptProgram } from '../../src-main/learning/exporters/programs/javascript-program.ts'
import { PYTHON_PROGRAM, pythonProgram } from '../../src-main/learning/exporters/programs/python-program.ts'
import { LABELS_FILE, labelsJson, preprocessingJson } from '../../src-main/learning/exporters/sidecars.ts'
import { shippedModel } from './exported-model.mjs'
import { optionsOf } from './forms.mjs'
import { writePhotographs } from './photographs.mjs'

const STANDARD = new Set(['float32', 'nhwc', 'folded'])

const [root, base] = process.argv.slice(2)
const model = await shippedModel(base)

await writePhotographs(join(root, 'photographs'))
for (const exporter of EXPORTERS) {
  if (exporter.type === 'rules') continue
  for (const options of optionsOf(exporter.type, model.preprocessing)) {
    // What the numbers are stored as, and how, is compared elsewhere.
    const { input, ...others } = options
    if (Object.values(others).every((value) => STANDARD.has(value))) await writeExport(exporter, options, input)
  }
}

async function writeExport(exporter, options, input) {
  const written = input === 'uint8' ? pixelInput(model) : model
  const folder = join(root, 'exports', `${exporter.type} ${input}`)
  mkdirSync(folder, { recursive: true })
  await exporter.write(written, folder, options)
  writeFileSync(join(folder, LABELS_FILE), labelsJson(written))
  writeFileSync(join(folder, 'preprocessing.json'), preprocessingJson(written))
  const { python, javascript } = exporter.runtimes(written, options)
  if (python) writeFileSync(join(folder, PYTHON_PROGRAM), pythonProgram(written, python))
  if (javascript) writeFileSync(join(folder, JAVASCRIPT_PROGRAM), javascriptProgram(written, javascript))
  const facts = { format: exporter.type, input, python: python?.packages, javascript: javascript?.packages }
  writeFileSync(join(folder, 'facts.json'), JSON.stringify(facts))
}
