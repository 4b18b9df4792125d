import { strategySuite } from '../strategy-suite.ts'

strategySuite('fine-tuning')
