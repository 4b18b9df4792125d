import { z } from 'zod'

/** What a run or an analysis found, beside its curves: one thing to look at each, drawn by its kind. A strategy sends exhibits
 *  (learning/engine/run/staged-run.ts), the store keeps the newest of each id, the window draws them on the run's page. */
const shared = {
  /** Unique within its run; sent again it replaces the earlier one. Letters, digits, dots and dashes. */
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  title: z.string(),
  /** What it means, in one or two sentences with the measured figures. */
  words: z.string(),
  /** Marks an exhibit that needs attention: a warning stands out, with sign and word. */
  level: z.enum(['info', 'good', 'warn']).default('info'),
}

const Cell = z.union([z.string(), z.number(), z.null()])
const Axis = z.object({ label: z.string(), log: z.boolean().default(false) })
/** Bytes in base64. */
const Bytes = z.string()

export const Exhibit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), ...shared }),
  z.object({
    kind: z.literal('table'),
    ...shared,
    columns: z.array(
      z.object({
        label: z.string(),
        /** `percent`: 0..1 shown as percent. `seconds`, `count`, `bytes`: with their unit. */
        format: z.enum(['text', 'number', 'percent', 'seconds', 'count', 'bytes']).default('text'),
        /** Marks the best value of the column. */
        better: z.enum(['higher', 'lower']).optional(),
      }),
    ),
    rows: z.array(z.array(Cell)),
    /** Row that is the run's own result; the others are baselines. */
    own: z.int().nullable().default(null),
  }),
  z.object({
    kind: z.literal('curves'),
    ...shared,
    x: Axis,
    y: Axis,
    series: z.array(
      z.object({
        name: z.string(),
        x: z.array(z.number()),
        y: z.array(z.number()),
        /** Lower and upper edge of a band around y. */
        low: z.array(z.number()).optional(),
        high: z.array(z.number()).optional(),
        /** `points`: markers without a line. */
        style: z.enum(['line', 'dashed', 'points']).default('line'),
      }),
    ),
    /** Vertical marks, e.g. the suggested learning rate. */
    marks: z.array(z.object({ x: z.number(), label: z.string() })).default([]),
  }),
  z.object({
    kind: z.literal('matrix'),
    ...shared,
    rowLabel: z.string(),
    columnLabel: z.string(),
    rows: z.array(z.string()),
    columns: z.array(z.string()),
    /** [row][column]; null: not measured. */
    values: z.array(z.array(z.number().nullable())),
    format: z.enum(['number', 'percent']).default('number'),
    scale: z.enum(['sequential', 'diverging']).default('sequential'),
    /** A click on a cell opens the bench with this change of the run's spec (path -> value), [row][column]. */
    patches: z.array(z.array(z.record(z.string(), z.unknown()).nullable())).optional(),
  }),
  z.object({
    kind: z.literal('images'),
    ...shared,
    width: z.int().min(1).max(512),
    height: z.int().min(1).max(512),
    channels: z.union([z.literal(1), z.literal(3)]),
    /** Pixels row by row, channels last. */
    images: z.array(z.object({ pixels: Bytes, caption: z.string() })).max(400),
    /** Images a row where they belong together (a sample and its reconstruction); null: as many as fit. */
    perRow: z.int().nullable().default(null),
  }),
  z.object({
    kind: z.literal('scatter'),
    ...shared,
    x: Axis,
    y: Axis,
    groups: z.array(z.object({ name: z.string(), domain: z.enum(['source', 'target']).optional() })),
    points: z.array(z.object({ x: z.number(), y: z.number(), group: z.int(), itemId: z.int().optional() })).max(20_000),
    /** Regions behind the points: group index per cell of an even grid over the axes' ranges, row by row from the lowest y. */
    regions: z
      .object({
        columns: z.int(),
        rows: z.int(),
        minX: z.number(),
        maxX: z.number(),
        minY: z.number(),
        maxY: z.number(),
        cells: z.array(z.int()),
      })
      .nullable()
      .default(null),
  }),
  z.object({
    kind: z.literal('tree'),
    ...shared,
    classes: z.array(z.string()),
    /** nodes[0] is the root. A leaf has no children. */
    nodes: z.array(
      z.object({
        /** The test of an inner node, in words: `petal width <= 0.8`; the left child holds where it is true. */
        test: z.string().nullable(),
        left: z.int().nullable(),
        right: z.int().nullable(),
        /** Class index that most samples have here. */
        predicted: z.int(),
        samples: z.int(),
        /** Share of each class, 0..1. */
        shares: z.array(z.number()),
      }),
    ),
  }),
  z
    .object({
      kind: z.literal('lens'),
      ...shared,
      classes: z.array(z.string()),
      /** Names of the models, e.g. teacher and student. */
      models: z.array(z.string()),
      temperature: z.number().positive(),
      rows: z
        .array(
          z.object({
            itemId: z.int(),
            name: z.string(),
            expected: z.string().nullable(),
            /** [model][class] */
            logits: z.array(z.array(z.number())),
          }),
        )
        .max(500),
    })
    .describe('samples on which models disagree, with their raw outputs; the window softens them at any temperature'),
  z
    .object({
      kind: z.literal('scrubber'),
      ...shared,
      x: Axis,
      y: Axis,
      /** Name of what is stepped through: inner step, round ... */
      stepLabel: z.string(),
      steps: z.array(
        z.object({
          label: z.string(),
          series: z.array(
            z.object({
              name: z.string(),
              x: z.array(z.number()),
              y: z.array(z.number()),
              style: z.enum(['line', 'dashed', 'points']).default('line'),
            }),
          ),
        }),
      ),
    })
    .describe('curves at one step after the other, dragged through by a slider'),
  z
    .object({
      kind: z.literal('review'),
      ...shared,
      column: z.string(),
      rows: z.array(z.object({ itemId: z.int(), name: z.string(), suggested: z.string(), confidence: z.number() })),
    })
    .describe('labels that a model suggests for items; nothing is changed until the user accepts them'),
])
export type Exhibit = z.infer<typeof Exhibit>
/** As a strategy writes it: defaults may be left out. */
export type ExhibitInput = z.input<typeof Exhibit>
export type ExhibitOf<K extends Exhibit['kind']> = Extract<Exhibit, { kind: K }>
