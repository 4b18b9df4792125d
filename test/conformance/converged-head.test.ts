import { strategySuite } from './strategy-suite.ts'

strategySuite('feature-extraction', { form: 'converged head', isSeedless: true })
