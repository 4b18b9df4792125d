import { createContext } from '../../build/setup/context.mjs'
import { ensurePrograms } from '../../build/setup/ensure-programs.mjs'

/** Tests run what lies in the sources, even if no set-up came before. */
export default async function setup(): Promise<void> {
  await (ensurePrograms as (context: object) => Promise<void>)(createContext())
}
