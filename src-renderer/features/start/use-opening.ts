import { GraftError } from '@contract/errors.ts'
import { type ComputedRef, computed, type ShallowRef, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { toGraftError } from '../../app/client.ts'
import { type Given, pick, type Picked } from '../../app/picker.ts'
import { isUpload } from '../../app/transport.ts'
import { useToasts } from '../../stores/toasts.ts'
import { useWorkspace } from '../../stores/workspace.ts'
import { type Leaving, useLeaving } from './use-leaving.ts'

interface Attempt {
  /** What was picked, should it turn out to be no workspace. */
  readonly place?: Picked
  /** To be imported there. */
  readonly data?: Given | null
  /** Where the workspace lies, if that is known before it is opened. */
  readonly path?: string
}

export interface Opening {
  readonly leaving: Leaving
  readonly error: ShallowRef<GraftError | null>
  /** The refused folder is empty: it can become a workspace. */
  readonly creatable: ShallowRef<Picked | null>
  /** What was refused is full: it may be the data for a new workspace. */
  readonly importable: ShallowRef<Given | null>
  readonly busy: ComputedRef<boolean>
  openFolder(): Promise<void>
  openRecent(path: string): Promise<void>
  openSample(sample: { readonly id: string; readonly path: string }): Promise<void>
  /** With `data`: what is imported into it at once. */
  newWorkspace(data?: Given | null): Promise<void>
  /** Makes a workspace of the empty folder that was refused. */
  create(): Promise<void>
  close(): Promise<void>
  forget(path: string): Promise<void>
  takeDropped(given: Given): void
}

/** The ways into a workspace and out of it, with what was refused last. */
export function useOpening(): Opening {
  const workspace = useWorkspace()
  const toasts = useToasts()
  const route = useRoute()
  const router = useRouter()
  const leaving = useLeaving()
  const error = shallowRef<GraftError | null>(null)
  const creatable = shallowRef<Picked | null>(null)
  const importable = shallowRef<Given | null>(null)

  const busy = computed(() => workspace.opening !== null)

  async function attempt(work: () => Promise<void>, { place, data = null, path }: Attempt = {}): Promise<void> {
    error.value = null
    creatable.value = null
    importable.value = null
    try {
      if ((path === undefined || path !== workspace.state?.path) && !(await mayLeave())) return
      await work()
      await router.push(data === null ? '/data' : { path: '/data', query: { import: data.source, label: data.label } })
    } catch (caught) {
      const refusal = toGraftError(caught)
      // A sample whose import failed is open, and its failure stands on top of every screen.
      if (refusal.details?.['jobId'] !== undefined) return
      error.value = refusal
      const empty = refusal.details?.['empty']
      if (empty === true) creatable.value = place ?? null
      else if (empty === false) importable.value = place ?? null
    }
  }

  async function mayLeave(): Promise<boolean> {
    return !workspace.isOpen || leaving.ask()
  }

  async function close(): Promise<void> {
    try {
      if (await mayLeave()) await workspace.close()
    } catch (caught) {
      error.value = toGraftError(caught)
    }
  }

  async function openFolder(): Promise<void> {
    const picked = await ask('Open a workspace folder', 'Open this folder')
    if (picked !== null) await attempt(() => workspace.open(picked.source), { place: picked })
  }

  async function newWorkspace(data: Given | null = null): Promise<void> {
    const picked = await ask('Choose or name an empty folder for the new workspace', 'Make the workspace here', true)
    if (picked !== null) await attempt(() => workspace.open(picked.source, true), { data })
  }

  // The host hands over the folder that the app was started with, when it could not open it itself.
  watch(
    () => route.query['open'],
    (source) => {
      if (typeof source !== 'string') return
      const label = String(route.query['label'] ?? source)
      void router.replace('/')
      void attempt(() => workspace.open(source), { place: { source, label } })
    },
    { immediate: true },
  )

  async function ask(title: string, action: string, makes = false): Promise<Picked | null> {
    try {
      return await pick('folder', title, action, makes)
    } catch (caught) {
      error.value = toGraftError(caught)
      return null
    }
  }

  async function create(): Promise<void> {
    const place = creatable.value
    if (place !== null) await attempt(() => workspace.open(place.source, true))
  }

  async function forget(path: string): Promise<void> {
    try {
      await workspace.forgetRecent(path)
    } catch (caught) {
      toasts.fail(caught)
    }
  }

  function takeDropped(given: Given): void {
    const { source, label } = given
    // Files copied over from a browser are data, not a place to work in; so are several at once.
    if (typeof source === 'string' && !isUpload(source)) {
      void attempt(() => workspace.open(source), { place: { source, label } })
      return
    }
    creatable.value = null
    importable.value = given
    error.value = isUpload(source) ? droppedInBrowser() : droppedSeveral(label)
  }

  return {
    leaving,
    error,
    creatable,
    importable,
    busy,
    openFolder,
    openRecent: (path) => attempt(() => workspace.open(path), { path }),
    openSample: ({ id, path }) => attempt(() => workspace.openSample(id), { path }),
    newWorkspace,
    create,
    close,
    forget,
    takeDropped,
  }
}

function droppedInBrowser(): GraftError {
  return new GraftError(
    'E_WORKSPACE_PATH',
    'A workspace cannot be opened by dropping it on a browser window: only copies of its files arrive.',
    { fix: 'Open it with “Open folder”. Data can be imported from such copies.' },
  )
}

function droppedSeveral(label: string): GraftError {
  return new GraftError('E_WORKSPACE_PATH', `Expected one folder to open as a workspace. Received: ${label}.`, {
    fix: 'Drop one workspace folder, or import all of these as data.',
  })
}
