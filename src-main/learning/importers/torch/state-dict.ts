/** A tensor of a state dict: its numbers are read when they are asked for. */
export interface StateTensor {
  readonly shape: readonly number[]
  read(): Float32Array
}

/** Tensors by PyTorch's names, in the order of the file. */
export type StateDict = ReadonlyMap<string, StateTensor>

/** Where trainers put the weights of a network, beside its optimizer and more. */
const WRAPPERS = ['state_dict', 'model', 'model_ema', 'state_dict_ema', 'module'] as const
/** What wrappers of modules put before every name. */
const PREFIXES = ['module.', '_orig_mod.', 'model.', 'state_dict.', 'model_ema.'] as const
const MAX_DEPTH = 8

/** The dict of tensors inside what was saved; null: there is none. Several of them: the first of `WRAPPERS`. */
export function findStateDict<T>(root: unknown, isTensor: (value: unknown) => value is T): Map<string, T> | null {
  let value = root
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    if (!(value instanceof Map)) return null
    const map: ReadonlyMap<unknown, unknown> = value
    // First: counters beside the weights may be tensors, too.
    const inner = WRAPPERS.map((name) => map.get(name)).find((each) => each instanceof Map)
    if (inner !== undefined) {
      value = inner
      continue
    }
    const tensors = [...map].filter((entry): entry is [string, T] => typeof entry[0] === 'string' && isTensor(entry[1]))
    return tensors.length > 0 ? new Map(tensors) : null
  }
  return null
}

/** Names without what wrappers put before all of them. */
export function withoutPrefixes<T>(tensors: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  let named = tensors
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const prefix = PREFIXES.find((each) => named.size > 0 && [...named.keys()].every((name) => name.startsWith(each)))
    if (prefix === undefined) return named
    named = new Map([...named].map(([name, tensor]) => [name.slice(prefix.length), tensor]))
  }
  return named
}
