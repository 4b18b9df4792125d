import { inject, type InjectionKey, onScopeDispose, type ShallowRef, shallowRef, watch } from 'vue'
import type { Given, Picked } from '../../app/picker.ts'

/** What can be done with one dropped picture besides importing it. */
export interface PictureOffer {
  /** Of the dataset in which it is looked for. */
  readonly datasetName: string
  findLike(source: string, label: string): void
}

/** The screen that takes drops provides it; what it shows fills it in. */
export const PICTURE_OFFER: InjectionKey<ShallowRef<PictureOffer | null>> = Symbol('picture offer')

/** Makes the offer while `offer` gives one. */
export function usePictureOffer(offer: () => PictureOffer | null): void {
  const place = inject(PICTURE_OFFER, () => shallowRef(null), true)
  watch(offer, (now) => (place.value = now), { immediate: true })
  onScopeDispose(() => (place.value = null))
}

/** One file whose name says that it is a picture. */
export function isOnePicture(given: Given): given is Picked {
  return typeof given.source === 'string' && /\.(jpe?g|png|webp|bmp|gif|tiff?)$/i.test(given.label)
}
