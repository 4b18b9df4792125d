import { strategySuite } from '../strategy-suite.ts'

strategySuite('rotation-prediction')
