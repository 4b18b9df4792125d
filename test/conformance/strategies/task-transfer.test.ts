import { strategySuite } from '../strategy-suite.ts'

strategySuite('task-transfer')
