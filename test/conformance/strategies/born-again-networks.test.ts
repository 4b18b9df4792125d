import { strategySuite } from '../strategy-suite.ts'

strategySuite('born-again-networks')
