import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Seconds that the longest files take on two cores. A file that is missing here takes less than any of them. */
const SECONDS: Readonly<Record<string, number>> = {
  'test/trainer/limits.test.ts': 100,
}

/**
 * The order of the files: the long ones first, whatever project they are of, so that none is left alone at the end. Then those
 * that share a process (`isolate: false`), which have to follow one another.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((a, b) => shares(a) - shares(b) || secondsOf(b) - secondsOf(a))
  }
}

const shares = ({ project }: TestSpecification): number => Number(!project.config.isolate)
const secondsOf = ({ project, moduleId }: TestSpecification): number =>
  SECONDS[relative(project.vitest.config.root, moduleId).replaceAll('\\', '/')] ?? 0
