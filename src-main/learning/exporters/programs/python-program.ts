import type { ExportModel, RuntimeCode } from '../exporter.ts'
import { PYTHON_ANSWERS } from './python-answers.ts'
import { PYTHON_IMAGES, PYTHON_IMAGES_IMPORTS } from './python-images.ts'
import { PYTHON_TABLES, PYTHON_TABLES_IMPORTS } from './python-tables.ts'
import { PROGRAM_FILES } from '../../../contract/proof-words.ts'

/** predict.py: Graft's own answer for photographs or tables, with the format's own runtime in the middle. */
export function pythonProgram({ preprocessing }: Pick<ExportModel, 'preprocessing'>, runtime: RuntimeCode): string {
  const isTable = preprocessing.kind === 'table'
  const what = isTable ? 'rows.csv' : 'photo.jpg [more files or a folder]'
  const ownPackages = isTable ? ['numpy'] : ['numpy', '"pillow>=10.1"']
  const packages = [...ownPackages, ...runtime.packages.filter((name) => !['numpy', 'pillow'].includes(name))]
  const standard = [
    'argparse',
    ...(isTable ? ['csv'] : []),
    'importlib.metadata',
    ...(isTable ? ['io'] : []),
    'json',
    'os',
    'pathlib',
    'platform',
    're',
    'sys',
    'time',
  ]
  return [
    `"""Graft's own answer for ${isTable ? 'the rows of a table' : 'photographs'}, from the files in this folder.`,
    '',
    `    pip install ${packages.join(' ')}`,
    `    python ${PROGRAM_FILES.python} ${what} [--json]`,
    '"""',
    ...standard.map((name) => `import ${name}`),
    ...(isTable ? ['import unicodedata'] : []),
    '',
    ...(isTable ? PYTHON_TABLES_IMPORTS : PYTHON_IMAGES_IMPORTS),
    '',
    '# --- how the files of this format are run',
    runtime.code.trim(),
    '',
    '',
    '# --- what Graft does before and after',
    'FOLDER = pathlib.Path(__file__).resolve().parent',
    'PREPARATION = json.loads((FOLDER / "preprocessing.json").read_text(encoding="utf-8"))',
    'HEADS = json.loads((FOLDER / "labels.json").read_text(encoding="utf-8"))["heads"]',
    `COMPUTED_BY = ${JSON.stringify(runtime.computedBy).replaceAll(',', ', ')}`,
    `HELP = "${isTable ? 'CSV files with the columns that the model was trained on' : 'photographs, or folders of them'}"`,
    (isTable ? PYTHON_TABLES : PYTHON_IMAGES).trimEnd(),
    '',
    PYTHON_ANSWERS,
  ].join('\n')
}
