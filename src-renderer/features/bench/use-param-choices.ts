import type { BaseModel } from '@contract/models.ts'
import type { ParamField } from '@contract/params.ts'
import { computed, provide } from 'vue'
import { useBenchStore } from './bench-store.ts'
import { formatCount, formatPercent, plural } from '../../ui/format.ts'
import { type Choice, PARAM_CHOICES, subjectOf } from '../../ui/param-choices.ts'
import { effectiveHeads } from './heads.ts'
import { basesFor } from './start-spec.ts'

const KINDS: Readonly<Record<BaseModel['kind'], string>> = {
  trained: 'Trained here',
  pretrained: 'Pretrained',
  imported: 'Imported',
  architecture: 'From a description',
}

/** A model of the list as a choice. Architectures have no weights, so nothing can be learned from them. */
export function modelChoices(bases: readonly BaseModel[]): Choice[] {
  return bases
    .filter((base) => base.kind !== 'architecture')
    .sort((a, b) => Number(b.kind === 'trained') - Number(a.kind === 'trained'))
    .map((base) => ({ value: base.id, label: base.title, hint: modelHint(base), group: KINDS[base.kind] }))
}

function modelHint({ run, parameters }: BaseModel): string {
  const value = run?.value ?? null
  const score = value === null ? '' : /accuracy|f1|r2/i.test(run?.metric ?? '') ? formatPercent(value) : ''
  return [run?.dataset, score, formatCount(parameters)].filter(Boolean).join(', ')
}

/** What forms on the bench offer: models that take the dataset's items, other datasets, names of the spec. */
export function provideParamChoices(): void {
  const store = useBenchStore()
  const models = computed(() => modelChoices(basesFor(store.bases, store.dataset?.kind ?? null)))
  const datasets = computed((): Choice[] =>
    store.datasets
      .filter((one) => one.id !== store.dataset?.id)
      .map((one) => ({
        value: one.name,
        label: one.name,
        hint: plural(one.items, one.kind === 'image' ? 'image' : 'row'),
      })),
  )
  const layers = computed((): Choice[] =>
    (store.tree?.layers ?? [])
      .filter((layer) => !layer.isOutput && layer.type !== 'InputLayer')
      .map((layer) => ({
        value: layer.name,
        label: layer.title,
        hint: layer.type,
        group: store.tree?.blockByName.get(layer.block)?.label ?? layer.block,
      })),
  )
  const plain = (values: readonly string[]): Choice[] => values.map((value) => ({ value, label: value }))

  function names(field: ParamField): Choice[] {
    const heads = effectiveHeads(store.spec, store.dataset)
    const columns = store.dataset?.labelColumns ?? []
    switch (subjectOf(field)) {
      case 'layers':
        return layers.value
      case 'heads':
        return heads.map((head) => ({ value: head.name, label: head.name, hint: `learns ${head.column}` }))
      case 'classes':
        return plain(columns.find((column) => column.name === heads[0]?.column)?.classes ?? [])
      case 'columns':
        return plain([
          ...columns.map((column) => column.name),
          ...(store.dataset?.featureColumns ?? []).map((column) => column.name),
        ])
      default:
        return []
    }
  }
  provide(PARAM_CHOICES, { models, datasets, names })
}
