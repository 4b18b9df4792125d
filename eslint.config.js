import { relative } from 'node:path'
import regexp from 'eslint-plugin-regexp'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'
import { brokenLayer } from './build/layers.mjs'

/** Says while you type what test/arch/imports.test.ts says later. */
const layers = {
  create(context) {
    const from = relative(context.cwd, context.filename).replaceAll('\\', '/')
    const look = (node) => {
      const isType = node.importKind === 'type' || node.exportKind === 'type'
      const message = node.source?.value === undefined ? null : brokenLayer(from, String(node.source.value), isType)
      if (message !== null) context.report({ node, message })
    }
    return { ImportDeclaration: look, ImportExpression: look, ExportNamedDeclaration: look, ExportAllDeclaration: look }
  },
}

export default tseslint.config(
  { ignores: ['out/**', 'dist/**', 'node_modules/**', '.graft/**', 'test/fixtures/**', 'test/.artifacts/**'] },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/recommended'],
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: tseslint.parser } } },
  {
    files: ['**/*.ts', '**/*.vue'],
    rules: {
      'no-undef': 'off',
      'no-console': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'vue/multi-word-component-names': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/attributes-order': 'off',
      'vue/no-v-html': 'error',
      // What a composable hands over holds refs of its own: setting their value is how it is meant to be used.
      'vue/no-mutating-props': ['error', { shallowOnly: true }],
    },
  },
  {
    // Texts and bytes of users are matched here: a few hundred of them must not take for ever.
    files: ['src-main/**', 'src-renderer/**'],
    plugins: { regexp },
    rules: { 'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }] },
  },
  {
    files: ['src-main/**', 'src-renderer/**'],
    plugins: { graft: { rules: { layers } } },
    rules: { 'graft/layers': 'error' },
  },
  {
    files: ['src-renderer/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ group: ['node:*'], message: 'the window has no Node' }] }],
    },
  },
  { files: ['src-main/hosts/cli/**', 'build/**', 'test/**'], rules: { 'no-console': 'off' } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
)
