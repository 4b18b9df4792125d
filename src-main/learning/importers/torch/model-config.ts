import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { PixelStatistics } from './families/family.ts'

/** What timm's `config.json` says of the weights beside it. */
export interface ModelConfig {
  readonly architecture: string
  readonly pixels: PixelStatistics | null
  /** Side of the input; null: not said. */
  readonly size: number | null
}

const MAX_BYTES = 2 ** 20

/** Reads `config.json` in the folder of a file of weights, as timm and its hub write it; null: there is none, or it is another program's. */
export function readModelConfig(path: string): ModelConfig | null {
  const file = join(dirname(path), 'config.json')
  if (!existsSync(file) || statSync(file).size > MAX_BYTES) return null
  const config = parsed(readFileSync(file, 'utf8'))
  const architecture = config['architecture']
  if (typeof architecture !== 'string') return null
  const own = config['pretrained_cfg']
  const weights = isRecord(own) ? own : config
  const [mean, std] = [weights['mean'], weights['std']]
  const input = weights['input_size']
  const size: unknown = Array.isArray(input) ? input[2] : null
  return {
    architecture,
    pixels: isThree(mean) && isThree(std) && std.every((value) => value > 0) ? { mean, std } : null,
    size: typeof size === 'number' && Number.isInteger(size) && size > 0 && size <= 4096 ? size : null,
  }
}

/** The name of the architecture in a file's name, as the hubs of torchvision and timm give it: `resnet50-0676ba61.pth`,
 *  `tf_efficientnet_lite0-0aa007d2.pth`; null: it has none of that family. */
export function architectureInName(path: string, names: RegExp): string | null {
  const name = basename(path).toLowerCase()
  return names.test(name) ? name.replace(/[-.].*$/, '') : null
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    // Not timm's: then it says nothing about this file.
    return {}
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isThree = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length === 3 && value.every((item) => typeof item === 'number' && Number.isFinite(item))
