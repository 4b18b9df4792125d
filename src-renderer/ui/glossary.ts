import { type InjectionKey, inject, type Ref, shallowRef } from 'vue'

/** Terms explained in place (models.catalog gives them): term -> one sentence. Provided by the app. */
export const GLOSSARY: InjectionKey<Ref<Readonly<Record<string, string>>>> = Symbol('glossary')

export function useGlossary(): Ref<Readonly<Record<string, string>>> {
  return inject(GLOSSARY, () => shallowRef({}), true)
}
