import type { ModelImporter } from './importer.ts'
import { pytorch } from './pytorch.ts'
import { safetensors } from './safetensors.ts'

/** Every kind of file that a base model is read from; the first that matches reads it. */
export const IMPORTERS: readonly ModelImporter[] = [pytorch, safetensors]
