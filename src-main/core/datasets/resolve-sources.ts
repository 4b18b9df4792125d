import type { Sources } from '../../contract/workspace.ts'
import type { App } from '../session/app.ts'

/** The absolute paths behind one handle or several. @throws GraftError E_SOURCE_PATH */
export function resolveSources(app: App, source: Sources): string | string[] {
  const [first = '', ...others] = typeof source === 'string' ? [source] : source
  const path = app.ports.sources.resolve(first)
  return others.length === 0 ? path : [path, ...others.map((one) => app.ports.sources.resolve(one))]
}
