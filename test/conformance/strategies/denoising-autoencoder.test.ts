import { strategySuite } from '../strategy-suite.ts'

strategySuite('denoising-autoencoder')
