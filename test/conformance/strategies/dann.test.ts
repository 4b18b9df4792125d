import { strategySuite } from '../strategy-suite.ts'

strategySuite('dann')
