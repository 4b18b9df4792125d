import { importedSuite } from './imported-suite.ts'

importedSuite({ file: 'safetensors/deit.safetensors', trained: ['blocks.0'] })
