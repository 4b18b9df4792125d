import { importedSuite } from './imported-suite.ts'

importedSuite({ file: 'pytorch/resnet.pth', trained: ['layer4.0'] })
