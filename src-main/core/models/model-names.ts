import { basename } from 'node:path'
import { GraftError } from '../../contract/errors.ts'
import type { importedModels } from '../planning/learning-context.ts'
import { slug } from '../files/slug.ts'

type Imported = ReturnType<typeof importedModels>

/** Names are unique whatever their case, and so are the folders that are called after them. */
export function checkModelName(all: Imported, name: string, except: string | null = null): void {
  if (
    !isTaken(
      all.filter(({ id }) => id !== except),
      name,
    )
  )
    return
  throw new GraftError('E_MODEL_NAME', `Expected a name that no imported model has. Received: ${name}.`, {
    fix: 'Choose another name, or remove that model first.',
  })
}

/** A name like this one that is free: a number goes behind it where there is such a model already. */
export function freeModelName(all: Imported, name: string): string {
  let candidate = name
  for (let number = 2; isTaken(all, candidate); number++) candidate = `${name} ${number}`
  return candidate
}

function isTaken(all: Imported, name: string): boolean {
  const plain = (text: string): string => text.normalize().toLowerCase()
  return all.some(({ base, folder }) => basename(folder) === slug(name) || plain(base?.title ?? '') === plain(name))
}
