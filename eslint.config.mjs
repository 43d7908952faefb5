import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const TYPESCRIPT = ['**/*.ts', '**/*.tsx'];

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '**/.build/',
      'coverage/',
      'test/app/build/',
      'test/app/.strapi/',
      'test/app/.tmp/',
      'test/library/.tmp/',
      'test/app/types/',
    ],
  },
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // A promise nobody waits for is an unhandled rejection, and that ends the Strapi process.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Objects of functions, not classes: nothing here uses `this`.
      '@typescript-eslint/unbound-method': 'off',
      // Takes a cast of an untyped query's rows for superfluous.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      // An async function without await is how a synchronous answer fits an asynchronous interface.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['server/**', 'admin/**', 'strapi-server.ts', 'strapi-admin.ts'],
    // The server writes to strapi.log, the panel to the page.
    rules: { 'no-console': 'error' },
  },
  { files: ['admin/**'], extends: [hooks.configs.flat.recommended], rules: { 'react-hooks/exhaustive-deps': 'error' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Answers of a server under test are untyped; the assertions are the check.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
