import type { SourceInspection } from '../contract/datasets.ts'

/** What a look into a source finds, whatever it is called. */
export type Findings = Omit<SourceInspection, 'source' | 'suggestedName'>
