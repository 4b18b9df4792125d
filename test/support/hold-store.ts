import { openStore } from '../../src-main/core/store/open.ts'

/** Holds a workspace until it is killed; says so on standard output. */
openStore(process.argv[2] ?? '', { kind: 'holder-kind', now: new Date() })
process.stdout.write('held\n')
setInterval(() => undefined, 1000)
