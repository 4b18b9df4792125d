import { graft } from './graft.ts'
import type { ModelImporter } from './importer.ts'

/** Every kind of file that a base model is read from; the first that matches reads it. */
export const IMPORTERS: readonly ModelImporter[] = [graft]
