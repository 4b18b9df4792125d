import { strategySuite } from '../strategy-suite.ts'

strategySuite('meta-learning')
