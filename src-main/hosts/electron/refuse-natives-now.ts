import { refuseTrainerNatives } from './refuse-natives.ts'

refuseTrainerNatives()
