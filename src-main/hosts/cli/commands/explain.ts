import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { unpackFloat32 } from '../../../base/packed-numbers.ts'
import { GraftError } from '../../../contract/errors.ts'
import { type Explanation, type ExplainInput, ExplainMethod } from '../../../contract/explanations.ts'
import { type CommandContext, type GlobalOptions, inSession, withGlobals } from '../command.ts'
import { wholeNumber } from '../numbers.ts'
import { percent, printJson, printLine } from '../print.ts'

interface ExplainFlags extends GlobalOptions {
  item?: string
  dataset?: string
  file?: string
  method?: string
  layer?: string
  head?: string
  class?: string[]
  patch?: string
  stride?: string
  out?: string
}

export function addExplainCommand(program: Command): void {
  withGlobals(
    program
      .command('explain <run>')
      .description('what a model of pictures looks at in one of them')
      .option('--item <id>', 'an item of a dataset')
      .option('--dataset <name>', 'the dataset of that item')
      .option('--file <path>', 'a picture')
      .option('--method <method>', `${ExplainMethod.options.join(', ')}; default: what suits the network`)
      .option('--layer <name>', 'gradcam: the layer to read it at; default: the last one before pooling')
      .option('--head <name>', 'of a model with several; default: the first')
      .option('--class <name...>', 'default: what is predicted, and for a wrong answer what is labelled')
      .option('--patch <pixels>', 'occlusion: side of the patch in pixels of the network’s input')
      .option('--stride <pixels>', 'occlusion: from one patch to the next')
      .option('--out <file.png>', 'a picture with the heat over it; of several classes side by side'),
  ).action((run: string, flags: ExplainFlags) => inSession(flags, false, (context) => explain(context, run, flags)))
}

async function explain({ session, json }: CommandContext, runId: string, flags: ExplainFlags): Promise<void> {
  if (flags.out === undefined && !json) {
    throw new GraftError('E_INPUT', 'Expected --out FILE.png, or --json. Received: neither.', {
      fix: 'Say where the picture goes, or ask for the numbers.',
    })
  }
  const found = await session.call('models.explain', { runId, ...questionOf(flags), overlay: flags.out !== undefined })
  const file = flags.out === undefined ? null : resolve(flags.out)
  if (file !== null) write(file, Buffer.from(found.overlay ?? '', 'base64'))
  if (json) {
    const { overlay: _overlay, maps, ...rest } = found
    return printJson({ ...rest, maps: maps.map(numbersOf), out: file })
  }
  printLine(`${answerOf(found)}. ${howOf(found)}`)
  for (const { class: name, most } of found.maps) {
    printLine(`${name ?? found.head}: at most ${Number(most.toPrecision(4))}`)
  }
  printLine(file ?? '')
}

function questionOf(flags: ExplainFlags): Omit<ExplainInput, 'runId'> {
  const { file, item, dataset, layer, head, patch, stride } = flags
  if ((file === undefined) === (item === undefined) || (item === undefined) !== (dataset === undefined)) {
    throw new GraftError(
      'E_INPUT',
      'Expected --file PATH, or --item ID with --dataset NAME. Received: neither, or both.',
      {
        fix: 'Name one picture.',
      },
    )
  }
  const method = methodOf(flags.method)
  return {
    ...(file === undefined ? {} : { source: resolve(file) }),
    ...(item === undefined || dataset === undefined ? {} : { itemId: wholeNumber('--item', item), datasetId: dataset }),
    ...(method === null ? {} : { method }),
    ...(layer === undefined ? {} : { layer }),
    ...(head === undefined ? {} : { head }),
    ...(flags.class === undefined ? {} : { classes: flags.class }),
    ...(patch === undefined ? {} : { patch: wholeNumber('--patch', patch) }),
    ...(stride === undefined ? {} : { stride: wholeNumber('--stride', stride) }),
  }
}

function methodOf(given: string | undefined): ExplainMethod | null {
  if (given === undefined) return null
  const parsed = ExplainMethod.safeParse(given)
  if (parsed.success) return parsed.data
  throw new GraftError(
    'E_INPUT',
    `Expected --method to be one of ${ExplainMethod.options.join(', ')}. Received: ${given}.`,
    {
      fix: 'Choose one of them, or leave it out.',
    },
  )
}

function numbersOf({ values, ...map }: Explanation['maps'][number]) {
  const all = unpackFloat32(values)
  const row = (y: number) => Array.from(all.subarray(y * map.columns, (y + 1) * map.columns))
  return { ...map, values: Array.from({ length: map.rows }, (_, y) => row(y)) }
}

function answerOf({ answer, expected }: Explanation): string {
  const [first] = answer.classes
  const said = first === undefined ? `answers ${answer.value}` : `${first.name}, ${percent(first.probability)}`
  return expected === null ? said : `${said}; labelled ${[expected].flat().join(', ') || 'with none'}`
}

function howOf({ method, layer, patch, stride }: Explanation): string {
  if (method === 'gradcam') return `Grad-CAM at ${layer}`
  return method === 'occlusion' ? `Occlusion, ${patch} pixels in steps of ${stride}` : 'Attention rollout'
}

function write(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes)
  } catch (error) {
    throw new GraftError('E_INPUT', `Expected a file that can be written. Received: ${file}: ${String(error)}.`, {
      fix: 'Choose another file, in a folder that is there.',
    })
  }
}
