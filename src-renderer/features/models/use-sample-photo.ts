import { ref, type Ref, shallowRef, type ShallowRef } from 'vue'
import { client, mediaUrl } from '../../app/client.ts'
import { pick } from '../../app/picker.ts'
import { useDatasets } from '../../stores/datasets.ts'
import type { Photo } from './use-model-file.ts'

/** The photograph on which a choice shows: the first picture of the workspace's newest dataset of pictures, or one that is chosen. */
export function useSamplePhoto(): {
  photo: ShallowRef<Photo | null>
  label: Ref<string | null>
  picture: Ref<string | null>
  ensure: () => Promise<void>
  choose: () => Promise<boolean>
} {
  const datasets = useDatasets()
  const photo = shallowRef<Photo | null>(null)
  const label = ref<string | null>(null)
  const picture = ref<string | null>(null)

  async function ensure(): Promise<void> {
    const dataset = datasets.list.find(({ kind, items }) => kind === 'image' && items > 0)
    if (photo.value !== null || dataset === undefined) return
    const { items } = await client.call('datasets.items', { datasetId: dataset.id, offset: 0, limit: 1 })
    const [item] = items
    if (item === undefined) return
    photo.value = { kind: 'item', datasetId: dataset.id, itemId: item.id }
    label.value = `${item.name} of ${dataset.name}`
    picture.value = mediaUrl('thumb', dataset.id, item.id)
  }

  /** Whether one was chosen. */
  async function choose(): Promise<boolean> {
    const choice = await pick('image', 'A photograph to try', 'Use this picture')
    if (choice === null) return false
    photo.value = { kind: 'file', source: choice.source }
    label.value = choice.label
    picture.value = null
    return true
  }

  return { photo, label, picture, ensure, choose }
}
