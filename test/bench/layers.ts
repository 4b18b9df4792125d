import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { PrefixPrecision } from '../../src-main/contract/prefix-precision.ts'
import { networkFile } from './engine/network-file.ts'
import { peersPython } from './engine/peers.ts'
import { versionsOf } from './engine/versions.ts'
import { type Column, limitsTable, nameOf, type NetworkLimits, writeLimits } from './layers/limits-table.ts'
import { measurePeaks } from './layers/measure-peaks.ts'
import { profileLayers, type Profiled } from './layers/profile-layers.ts'

const DOCS = join(import.meta.dirname, '..', '..', 'docs', 'engine.md')
const ARTIFACT = join(import.meta.dirname, '..', '.artifacts', 'bench-layers.json')
const BATCH = 32
const CALLS = 8

const NETWORKS = [
  { id: 'lite0', title: 'EfficientNet-Lite0, 224', network: 'efficientnet-features' },
  { id: 'lite2', title: 'EfficientNet-Lite2, 260', network: 'efficientnet-lite2-features' },
  { id: 'mobilenet', title: 'MobileNetV2, 96', network: 'mobilenet-features' },
  { id: 'resnet50', title: 'ResNet-50, 224', network: 'resnet50-features' },
  { id: 'convnext', title: 'ConvNeXt-Tiny, 224', network: 'convnext-features' },
  { id: 'vit', title: 'ViT-Small/16, 224', network: 'vit-features' },
] as const

const PRECISIONS: Readonly<Record<Profiled, readonly PrefixPrecision[]>> = {
  graft: ['float32', 'bfloat16', 'int8'],
  torch: ['float32', 'bfloat16'],
  onnx: ['float32'],
}

/** npm run bench -- layers [--peers] [--network ID] [--write] [--json FILE]
 *  What each kind of layer of a frozen network takes, as share of what the machine can do; with --peers beside PyTorch and ONNX Runtime. --write puts
 *  the tables into docs/engine.md. */
async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const
  const options = { peers: flag, write: flag, network: { type: 'string' }, json: { type: 'string' } } as const
  const { peers, write, network, json = ARTIFACT } = parseArgs({ args: process.argv.slice(2), options }).values
  const ids = NETWORKS.map(({ id }) => id)
  const chosen = NETWORKS.filter(({ id }) => network === undefined || id === network)
  if (chosen.length === 0) throw new Error(`Expected --network to be one of ${ids.join(', ')}. Received: ${network}.`)
  if (write && network !== undefined) throw new Error('Expected --write with all networks: leave out --network.')
  const python = peers ? peersPython() : null
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const peaks = await measurePeaks(PRECISIONS.graft, folder)
  const facts = `${factsOf(python)}\n\n${peaksText(peaks)}`
  console.log(facts)
  const limits: NetworkLimits[] = []
  mkdirSync(dirname(json), { recursive: true })
  for (const { title, network: name } of chosen) {
    limits.push({ title, ...measured(networkFile(folder, name), { python, folder }) })
    console.log(`\n${limitsTable(limits.at(-1)!, peaks)}`)
    writeFileSync(json, `${JSON.stringify({ at: new Date().toISOString(), peaks: [...peaks], limits }, null, 2)}\n`)
  }
  const tables = limits.map((each) => limitsTable(each, peaks))
  if (write) writeLimits(DOCS, [facts, ...tables].join('\n\n'))
}

/** Everyone in every precision; of one that cannot be measured the reason. */
function measured(network: string, place: Place): Pick<NetworkLimits, 'columns' | 'absent'> {
  const [columns, absent]: [Column[], string[]] = [[], []]
  const names = Object.keys(PRECISIONS) as Profiled[]
  for (const name of names.filter((each) => each === 'graft' || place.python !== null)) {
    for (const precision of PRECISIONS[name]) {
      try {
        const profile = profileLayers(name, { network, precision, batch: BATCH, calls: CALLS }, place)
        columns.push({ name, precision, profile })
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        absent.push(`${nameOf(name)}, ${precision} (${reason.replace(/[.\s]+$/, '')})`)
      }
    }
  }
  return { columns, absent }
}

interface Place {
  readonly python: string | null
  readonly folder: string
}

function factsOf(python: string | null): string {
  const [cpu] = cpus()
  const named = Object.entries(versionsOf(python)).map(([name, version]) => `${name} ${version}`)
  return `Machine: ${cpus().length} cores of ${cpu?.model ?? 'an unknown processor'}. Date: ${new Date().toISOString().slice(0, 10)}. ${named.join(', ')}.`
}

function peaksText(peaks: Awaited<ReturnType<typeof measurePeaks>>): string {
  const rates = [...peaks].map(([precision, { operations }]) => `${Math.round(operations / 1e9)} billion operations a second in ${precision}`) // prettier-ignore
  const [first] = [...peaks.values()]
  return `Peak of a core while the other works too: ${rates.join(', ')}; ${(first!.bytes / 1e9).toFixed(1)} GB a second read and written.`
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
