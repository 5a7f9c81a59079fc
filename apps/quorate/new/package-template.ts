/** What makes a folder a package: package.json, tsconfig.json, and what git is to leave alone. */
import type { Draft } from './draft.js'

/** Packages of a new app besides quorate, for each language; their versions are those that quorate has. */
export const PACKAGES = {
  ts: {
    dependencies: ['zod'],
    devDependencies: ['@types/mocha', '@types/node', 'mocha', 'tsx', 'typescript'],
  },
  js: { dependencies: ['zod'], devDependencies: ['mocha'] },
} as const

export function packageJson({ name, language, quorate, versions }: Draft): string {
  const { dependencies, devDependencies } = PACKAGES[language]
  const ranges = (names: readonly string[]) =>
    Object.fromEntries(names.map((each) => [each, versions[each] ?? '*']))
  const isTyped = language === 'ts'
  return json({
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    engines: { node: '>=20.19' },
    scripts: {
      start: `quorate run app.${language}`,
      test: isTyped ? 'tsc && mocha' : 'mocha',
      graph: `quorate graph app.${language}`,
    },
    dependencies: { quorate, ...ranges(dependencies) },
    devDependencies: ranges(devDependencies),
    mocha: {
      ...(isTyped ? { 'node-option': ['import=tsx'] } : {}),
      spec: [`test/**/*.test.${language}`],
      timeout: 10_000,
    },
  })
}

export function tsconfig(): string {
  return json({
    compilerOptions: {
      target: 'ES2022',
      module: 'NodeNext',
      strict: true,
      noUncheckedIndexedAccess: true,
      noImplicitOverride: true,
      verbatimModuleSyntax: true,
      skipLibCheck: true,
      noEmit: true,
      types: ['node', 'mocha'],
    },
    include: ['**/*.ts'],
  })
}

export const GITIGNORE = 'node_modules/\n'

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
