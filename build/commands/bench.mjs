import { runScriptOf } from './script.mjs'

await runScriptOf('bench')
