import { strategySuite } from '../strategy-suite.ts'

strategySuite('multi-task-soft')
