import { strategySuite } from '../strategy-suite.ts'

strategySuite('deep-belief-network')
