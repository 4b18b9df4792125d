import { strategySuite } from '../strategy-suite.ts'

strategySuite('feature-extraction')
