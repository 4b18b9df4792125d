import { join, relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** About how many seconds the longest files of `test/` take on two cores. One that is missing here takes less than any of them. */
export const SECONDS: Readonly<Record<string, number>> = {
  'e2e/cases-window': 83,
  'desktop/life': 64,
  'e2e/suggestions': 55,
  'numeric/domain-defaults': 52,
  'e2e/precision-cli': 45,
  'e2e/cases-cli': 50,
  'e2e/explain': 45,
  'desktop/kills': 44,
  'desktop/opening': 43,
  'desktop/looks': 42,
  'e2e/strategies': 40,
  'trainer/limits': 38,
  'e2e/first-minutes': 38,
  'conformance/strategies/multi-task-soft': 38,
  'e2e/failures': 35,
  'e2e/import-model-cli': 33,
  'desktop/first-path': 33,
  'desktop/isolation-calls': 32,
  'e2e/precision': 32,
  'e2e/tournament': 40,
  'e2e/model-export': 30,
  'conformance/imported/vision-transformer': 29,
  'e2e/soak': 28,
  'conformance/int8-prefix': 28,
  'conformance/strategies/adda': 27,
  'e2e/main-process': 27,
  'desktop/endurance': 27,
  'e2e/distillation': 27,
  'conformance/imported/resnet': 26,
  'e2e/cli': 26,
  'e2e/imported-run': 24,
  'numeric/frozen/kernels': 24,
  'e2e/study-cli': 22,
  'desktop/isolation-grants': 21,
  'trainer/process': 21,
  'desktop/isolation-layers': 21,
  'e2e/dropped-anywhere': 20,
  'e2e/labelling-map': 19,
  'conformance/strategies/multi-task-hard': 19,
  'desktop/npm-start': 19,
  'numeric/inference': 18,
  'conformance/strategies/dann': 18,
  'conformance/strategies/self-training': 18,
  'e2e/cli-use': 17,
  'desktop/network': 17,
  'e2e/audit': 16,
  'e2e/pre-training': 16,
  'desktop/recovery': 16,
  'desktop/package': 16,
  'trainer/int8-kills': 16,
  'trainer/label': 15,
  'e2e/dataset-export': 15,
  'e2e/tags': 14,
  'setup/start-electron': 14,
  'e2e/import-model': 14,
  'numeric/frozen/float-kernels': 14,
  'conformance/strategies/born-again-networks': 13,
  'conformance/strategies/distillation': 13,
  'conformance/strategies/meta-learning': 12,
  'desktop/isolation': 12,
  'trainer/train': 12,
  'store/kill': 12,
  'e2e/history': 11,
  'conformance/strategies/denoising-autoencoder': 11,
  'desktop/odd-paths': 11,
  'conformance/strategies/task-transfer': 11,
  'conformance/strategies/born-again-tree': 10,
  'trainer/imported-model': 9,
  'e2e/links': 8,
  'conformance/strategies/rotation-prediction': 8,
  'e2e/dataset-export-cli': 8,
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
