import { join, relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** About how many seconds the longest files of `test/` take on two cores. One that is missing here takes less than any of them. */
export const SECONDS: Readonly<Record<string, number>> = {
  'trainer/limits': 100,
  'e2e/cases-window': 85,
  'conformance/strategies/multi-task-soft': 73,
  'e2e/strategies': 60,
  'numeric/domain-defaults': 56,
  'e2e/cases-cli': 48,
  'desktop/life': 45,
  'e2e/failures': 45,
  'desktop/kills': 42,
  'conformance/strategies/dann': 41,
  'e2e/first-minutes': 40,
  'conformance/strategies/adda': 39,
  'conformance/strategies/born-again-networks': 36,
  'conformance/strategies/task-transfer': 36,
  'desktop/isolation-calls': 35,
  'conformance/strategies/self-training': 34,
  'conformance/strategies/multi-task-hard': 34,
  'desktop/looks': 34,
  'desktop/package': 34,
  'desktop/opening': 33,
  'e2e/tournament': 32,
  'e2e/cli': 30,
  'e2e/dataset-export': 30,
  'e2e/distillation': 30,
  'desktop/first-path': 28,
  'conformance/strategies/distillation': 28,
  'e2e/main-process': 27,
  'e2e/soak': 27,
  'desktop/endurance': 25,
  'e2e/study-cli': 24,
  'conformance/strategies/denoising-autoencoder': 24,
  'conformance/strategies/meta-learning': 24,
  'desktop/network': 22,
  'setup/start-electron': 22,
  'numeric/inference': 21,
  'e2e/cli-use': 20,
  'e2e/dataset-export-cli': 20,
  'packaging/package': 19,
  'e2e/pre-training': 19,
  'e2e/import-model-cli': 19,
  'conformance/strategies/rotation-prediction': 19,
  'trainer/process': 18,
  'desktop/npm-start': 17,
  'e2e/import-model': 17,
  'desktop/isolation-grants': 16,
  'conformance/strategies/born-again-tree': 16,
  'trainer/train': 16,
  'store/kill': 14,
  'desktop/isolation-layers': 14,
}

/**
 * The order of the files: the long ones first, of whatever project, so that none is left alone at the end. Last come those that
 * share a process (`isolate: false`): they have to follow one another, project by project.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const longest = new Map<string, number>()
    for (const file of sorted) longest.set(file.project.name, Math.max(longestOf(longest, file), secondsOf(file)))
    return sorted.sort((a, b) => {
      const byKind = Number(isShared(a)) - Number(isShared(b))
      const byProject = isShared(a) && isShared(b) ? longestOf(longest, b) - longestOf(longest, a) : 0
      return byKind || byProject || secondsOf(b) - secondsOf(a)
    })
  }
}

const isShared = ({ project }: TestSpecification): boolean => !project.config.isolate
const longestOf = (longest: ReadonlyMap<string, number>, { project }: TestSpecification): number =>
  longest.get(project.name) ?? 0
const secondsOf = ({ project, moduleId }: TestSpecification): number =>
  SECONDS[relative(join(project.vitest.config.root, 'test'), moduleId).replaceAll('\\', '/').replace('.test.ts', '')] ??
  0
