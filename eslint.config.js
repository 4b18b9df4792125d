import regexp from 'eslint-plugin-regexp'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

const only = (message, ...group) => ({ 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] })

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
  { files: ['src-main/contract/**'], rules: only('contract imports only the schema library', '../*', 'node:*') },
  {
    files: ['src-main/base/**'],
    rules: only(
      'base imports only types of the contract',
      '../data/*',
      '../core/*',
      '../learning/*',
      '../trainer/*',
      '../hosts/*',
    ),
  },
  {
    files: ['src-main/data/**'],
    rules: only(
      'data knows neither TensorFlow nor the store',
      '../core/*',
      '../learning/*',
      '../trainer/*',
      '../hosts/*',
      '@tensorflow/*',
      'better-sqlite3',
      'electron',
    ),
  },
  {
    files: ['src-main/learning/**'],
    rules: only(
      'learning takes everything from its lab',
      '**/core/**',
      '**/data/**',
      '**/trainer/**',
      '**/hosts/**',
      'better-sqlite3',
      'electron',
      'sharp',
    ),
  },
  {
    files: ['src-main/core/**'],
    rules: only(
      'core is free of hosts and TensorFlow',
      '**/trainer/*',
      '**/hosts/**',
      '@tensorflow/*',
      'electron',
      'fastify',
      '!**/contract/trainer.ts',
    ),
  },
  {
    files: ['src-main/trainer/**'],
    rules: only('the trainer never touches the store', '**/core/**', '**/hosts/**', 'better-sqlite3', 'electron'),
  },
  {
    files: ['src-renderer/**'],
    rules: only('the renderer sees only the contract', 'node:*', 'electron', '**/src-main/**', 'zod'),
  },
  { files: ['src-main/hosts/cli/**', 'build/**', 'test/**'], rules: { 'no-console': 'off' } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
)
