import * as tf from '@tensorflow/tfjs'
import { augmentSuite } from '../../../../support/augment-suite.ts'

augmentSuite(tf, 'cpu')
