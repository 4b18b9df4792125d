// Run under the pinned Node with the addon's path as argument: the proof that Graft's native kernels can be loaded, and which there are here.
import { createRequire } from 'node:module'

const native = createRequire(import.meta.url)(process.argv[2])
process.stdout.write(`kernels ${JSON.stringify(native.kernels([]))}\n`)
