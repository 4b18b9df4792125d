import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { PrefixPrecision } from '../../../src-main/contract/prefix-precision.ts'
import { environmentOf } from '../engine/contender.ts'
import type { LayerWork } from './layer-work.ts'
import { readOneDnn } from './read-onednn.ts'
import { readOnnxProfile } from './read-onnx-profile.ts'

export type Profiled = 'graft' | 'torch' | 'onnx'

export interface ProfileTask {
  /** File with a network's description. */
  readonly network: string
  readonly precision: PrefixPrecision
  readonly batch: number
  readonly calls: number
}

export interface Profile {
  readonly layers: readonly LayerWork[]
  /** Of all cores, for one image, with what no layer shows. */
  readonly milliseconds: number
  /** Of Graft, where its own kernels have not a step for every operation. */
  readonly by?: string
}

const CORES = cpus().length
const MOST_OUTPUT = 2 ** 29

/** Runs a network in a process of its own and reads what its operations took. Throws an Error, in Graft's words where Graft refuses it.
 *  @param python of the peers
 *  @param folder for what is written meanwhile */
export function profileLayers(
  name: Profiled,
  task: ProfileTask,
  { python, folder }: { python: string | null; folder: string },
): Profile {
  const { network, precision, batch, calls } = task
  const images = batch * calls
  const args = [network, precision, String(batch), String(calls)]
  if (name === 'onnx') {
    const file = join(folder, 'profile.json')
    const { milliseconds } = run(name, python!, 'onnx_layers.py', [...args, file])
    const layers = readOnnxProfile(JSON.parse(readFileSync(file, 'utf8')) as unknown[], batch, CORES)
    return { layers, milliseconds: (milliseconds * CORES) / images }
  }
  const [command, program] = name === 'graft' ? [process.execPath, 'graft-layers.ts'] : [python!, 'torch_layers.py']
  const { lines, layers, milliseconds, by } = run(name, command, program, args)
  // Graft's operations have one core each, PyTorch's are shared by all.
  const seen = layers ?? readOneDnn(lines, { images, cores: name === 'graft' ? 1 : CORES })
  return { layers: seen, milliseconds: (milliseconds * CORES) / images, ...(by === null ? {} : { by }) }
}

interface Output {
  /** Between the marks. */
  readonly lines: readonly string[]
  /** Where the program measured them itself; null: they are in the lines. */
  readonly layers: readonly LayerWork[] | null
  readonly milliseconds: number
  readonly by: string | null
}

function run(name: Profiled, command: string, program: string, args: readonly string[]): Output {
  const env = { ...environmentOf(name), ONEDNN_VERBOSE: '1' }
  const options = { encoding: 'utf8', env, maxBuffer: MOST_OUTPUT } as const
  const { status, stdout, stderr } = spawnSync(command, [join(import.meta.dirname, program), ...args], options)
  const lines = (stdout ?? '').split('\n')
  const said = (mark: string) => lines.find((line) => line.startsWith(mark))?.slice(mark.length) ?? null
  const refusal = said('@refused ')
  if (refusal !== null) throw new Error(refusal)
  const end = lines.findIndex((line) => line.startsWith('@end '))
  if (status !== 0 || end < 0) throw new Error(`${program} ended with ${status}: ${(stderr ?? '').slice(-1000)}`)
  const own = said('@layers ')
  return {
    lines: lines.slice(lines.indexOf('@begin') + 1, end),
    layers: own === null ? null : (JSON.parse(own) as LayerWork[]),
    by: said('@by '),
    milliseconds: Number(lines[end]!.slice('@end '.length)),
  }
}
