import { computed, type ComputedRef, effectScope, onScopeDispose, watch } from 'vue'
import { useShortcuts } from '../../app/shortcuts.ts'
import { useSettings } from '../../stores/settings.ts'

/** Letters that assign classes, chosen by the user and kept per dataset and label column. */
export function useClassLetters(
  datasetId: string,
  column: () => string,
  assign: (className: string) => void,
): {
  letters: ComputedRef<Readonly<Record<string, string>>>
  setLetter: (className: string, letter: string | null) => void
} {
  const settings = useSettings()
  const key = computed(() => `data.letters.${datasetId}.${column()}`.slice(0, 200))
  const letters = computed(() => settings.get<Readonly<Record<string, string>>>(key.value, {}))
  let scope = effectScope()

  watch(
    letters,
    (now) => {
      scope.stop()
      scope = effectScope(true)
      scope.run(() => {
        const list = Object.entries(now).map(([name, keys]) => ({
          keys,
          label: `Label as ${name}`,
          run: () => assign(name),
        }))
        if (list.length > 0) useShortcuts('Classes', list)
      })
    },
    { immediate: true },
  )
  onScopeDispose(() => scope.stop())

  function setLetter(className: string, letter: string | null): void {
    const { [className]: _old, ...rest } = letters.value
    const next = letter === null ? rest : { ...rest, [className]: letter }
    void settings.set(key.value, Object.keys(next).length === 0 ? null : next)
  }
  return { letters, setLetter }
}
