import { ref } from 'vue'
import { move, moveTo, NOTHING } from './item-selection.ts'

/** A cursor of its own over the tiles of a list, kept in sight. */
export function useTileWalk(ids: () => readonly number[], reveal: (index: number) => void) {
  const selection = ref(NOTHING)

  function begin(): void {
    selection.value = { ...NOTHING, cursor: ids().length > 0 ? 0 : -1 }
  }

  function step(delta: () => number, extend = false): () => void {
    return () => {
      selection.value = move(selection.value, ids(), delta(), extend)
      reveal(selection.value.cursor)
    }
  }

  function go(index: () => number): () => void {
    return () => {
      selection.value = moveTo(selection.value, ids(), index())
      reveal(selection.value.cursor)
    }
  }

  begin()
  return { selection, begin, step, go }
}
