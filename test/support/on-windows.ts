import { describe } from 'vitest'

export const isWindows = process.platform === 'win32'
if (!isWindows) console.log('skipped: what only Windows does (npm run test:windows runs it under Wine)')

/** Tests of the system itself, not of Graft's rules for it: those run everywhere. */
export const describeOnWindows = describe.runIf(isWindows)
