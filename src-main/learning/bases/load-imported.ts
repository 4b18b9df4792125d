import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { issueText } from '../../base/issue-words.ts'
import type { BaseModel } from '../../contract/models.ts'
import { Network } from '../../contract/network.ts'
import type { PretrainedBase } from '../context.ts'
import { CLASSES_FILE, ImportedManifest, MANIFEST_FILE, NETWORK_FILE } from './imported-manifest.ts'

/** What the references of imported models begin with. */
export const IMPORTED = 'imported:'

/** A folder of a model: usable, or what is wrong with it. */
export type LoadedImport =
  | (Place & { readonly base: PretrainedBase; readonly fault: null })
  | (Place & { readonly base: null; readonly fault: string })

interface Place {
  readonly id: string
  readonly folder: string
  readonly isShared: boolean
}

const known = new Map<string, { readonly stamp: string; readonly loaded: LoadedImport }>()

/** Every imported model below `root`, read anew only where a file has changed: plans ask for them on each click. */
export function loadImported(root: string, isShared: boolean): LoadedImport[] {
  return foldersOf(root).map((name) => {
    const folder = join(root, name)
    const stamp = [MANIFEST_FILE, NETWORK_FILE, CLASSES_FILE].map((file) => stampOf(join(folder, file))).join(' ')
    const entry = known.get(folder)
    if (entry?.stamp === stamp) return entry.loaded
    const loaded = load(folder, `${IMPORTED}${name}`, isShared)
    known.set(folder, { stamp, loaded })
    return loaded
  })
}

function load(folder: string, id: string, isShared: boolean): LoadedImport {
  try {
    return { id, folder, isShared, base: read(folder, id, isShared), fault: null }
  } catch (error) {
    const received = error instanceof z.ZodError ? issueText(error.issues) : String(error)
    const fault = `Expected an imported model in ${folder}. Received: ${received.slice(0, 300)}. Import it again.`
    return { id, folder, isShared, base: null, fault }
  }
}

function read(folder: string, id: string, isShared: boolean): PretrainedBase {
  const json = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const manifest = ImportedManifest.parse(json(MANIFEST_FILE))
  const network = Network.parse(json(NETWORK_FILE))
  const classes = z.array(z.string()).parse(json(CLASSES_FILE))
  const {
    title,
    format,
    family,
    source,
    importedAt,
    problems,
    preprocessing,
    weights,
    licence,
    trainedOn,
    inputSizes,
  } = manifest
  const { sha256, name } = source
  return {
    id,
    title,
    description: `Imported from ${name} (${format}).`,
    network,
    preprocessing: preprocessing ?? unprepared(network),
    isPrepared: preprocessing !== null,
    isBgr: manifest.isBgr,
    weights: { path: join(folder, weights.file), sha256: weights.sha256 },
    classes,
    sizeBytes: weights.sizeBytes,
    inputSizes,
    licence,
    source: `Imported from ${name}, SHA-256 ${sha256}.`,
    trainedOn,
    imported: {
      format,
      family,
      source: { name, sha256 },
      importedAt,
      classes: classes.length,
      problems,
      isPrepared: preprocessing !== null,
      isShared,
      fault: null,
    },
  }
}

/** Its shape alone, for drawing: nothing is trained or predicted with it. */
function unprepared({ layers }: Network): PretrainedBase['preprocessing'] {
  const shape = z.tuple([z.int(), z.int(), z.union([z.literal(1), z.literal(3)])]).parse(layers[0]?.config['shape'])
  const [height, width, channels] = shape
  const each = (value: number): number[] => Array.from({ length: channels }, () => value)
  return { kind: 'image', height, width, channels, mean: each(0), std: each(1), resize: 'cover' }
}

/** A folder that cannot be used is listed with what is wrong with it. */
export function faultyModel({ id, fault }: { id: string; fault: string }, isShared: boolean): BaseModel {
  return {
    id,
    kind: 'imported',
    title: id.slice(IMPORTED.length),
    description: fault,
    parameters: 0,
    multiplyAdds: 0,
    speed: null,
    sizeBytes: null,
    inputs: 'image',
    defaultInputSize: null,
    inputSizes: [],
    channels: [],
    licence: null,
    trainedOn: null,
    sha256: null,
    canPredict: false,
    run: null,
    imported: {
      format: 'unknown',
      family: null,
      source: { name: '', sha256: '' },
      importedAt: '',
      classes: 0,
      problems: [],
      isPrepared: false,
      isShared,
      fault,
    },
    variant: null,
  }
}

/** Names that are half written or hidden are nobody's models. */
function foldersOf(root: string): string[] {
  try {
    return readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^\.|\.partial$/.test(entry.name))
      .map(({ name }) => name)
      .sort()
  } catch {
    return []
  }
}

function stampOf(file: string): string {
  const facts = statSync(file, { throwIfNoEntry: false })
  return facts === undefined ? 'none' : `${facts.mtimeMs}/${facts.size}`
}
