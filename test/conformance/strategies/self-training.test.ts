import { strategySuite } from '../strategy-suite.ts'

strategySuite('self-training')
