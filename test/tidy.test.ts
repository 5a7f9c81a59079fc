/**
 * The house rules that a machine can check, one test each. A failure lists what broke it as `file:line`.
 * What Biome and the compiler check already is not repeated here, but where it matters most.
 */

import { posix } from 'node:path'
import { expect } from 'chai'
import { packageJson, projectFiles, readProjectFile } from './project.js'
import { functionsIn } from './tidy/functions.js'
import {
  breachOfLayers,
  type Import,
  importsOf,
  LAYERS,
  lineAt,
  packageOf,
  targetOf,
} from './tidy/imports.js'
import { type Lexed, lex } from './tidy/lexer.js'

const LINE_CHARS_MAX = 110
const FUNCTION_LINES_MAX = 70
const FILE_LINES_MAX = 400
const MEDIAN_LINES_MAX = 150

interface SourceFile extends Lexed {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
}

const files = projectFiles()
const sources = files.filter((path) => /\.(tsx?|mjs)$/.test(path)).map(readSource)
/** What the package is made of, without tests, tools and benches. */
const product = sources.filter(({ path }) => LAYERS.includes(path.split('/')[0] ?? ''))
const exampleApps = product.filter(({ path }) => isExampleApp(path))
const tests = sources.filter(({ path }) => path.startsWith('test/') && !isFixture(path))
const skipper = 'test/skip.ts'
const cores = product.filter(({ path }) => posix.basename(path) === 'core.ts')

describe('tidy', () => {
  it(`has no line of more than ${LINE_CHARS_MAX} characters`, () => {
    none(sources, ({ text }) => linesWhere(text, (line) => line.length > LINE_CHARS_MAX))
  })

  it(`has no function of more than ${FUNCTION_LINES_MAX} lines`, () => {
    none(sources, ({ code }) =>
      functionsIn(code)
        .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
        .map(({ line, lines }) => ({ line, why: `${lines} lines` })),
    )
  })

  it(`has no file of more than ${FILE_LINES_MAX} lines but a core.ts`, () => {
    const others = sources.filter((file) => !cores.includes(file))
    none(others, ({ text }) => [lineCount(text)].filter((n) => n > FILE_LINES_MAX).map((line) => ({ line })))
  })

  it(`has files of ${MEDIAN_LINES_MAX} lines or fewer in the median`, () => {
    expect(median(product.map(({ text }) => lineCount(text)))).to.be.at.most(MEDIAN_LINES_MAX)
  })

  it('keeps clock, chance, timers and Node out of every core.ts', () => {
    const impure =
      /\b(?:Date\.now|new Date\b|Math\.random|performance\.|set(?:Timeout|Interval|Immediate)|process\.)/g
    none(cores, ({ code }) => matches(code, impure))
    none(cores, ({ imports }) =>
      imports
        .filter(({ specifier }) => specifier.startsWith('node:'))
        .map(({ line, specifier }) => ({ line, why: specifier })),
    )
  })

  it("has default exports only in an example's app.ts", () => {
    const others = [...product, ...tests].filter(
      ({ path }) => !/^apps\/(?!quorate\/)[^/]+\/app\.ts$/.test(path),
    )
    none(others, ({ code }) => matches(code, /\bexport\s+default\b|\bas\s+default\b/g))
  })

  it('has no any', () => {
    none(sources, ({ code }) => matches(code, /(?<![.\w$])any(?![\w$(:])/g))
  })

  it('writes to the console only in apps', () => {
    const silent = product.filter(({ path }) => !path.startsWith('apps/'))
    none(silent, ({ code }) => matches(code, /\bconsole\./g))
  })

  it('leaves no work undone in a comment without the number of its issue', () => {
    none(sources, ({ comments }) => matches(comments, /\b(?:TODO|FIXME|XXX|HACK)\b(?!\s*\(#\d+\))/g))
  })

  it('names every file after its concept', () => {
    const hollow = /(?:^|[-.])(?:utils?|helpers?|managers?|commons?|misc)$/
    const hollowPaths = sources.filter(({ path }) =>
      path.split('/').some((part) => hollow.test(part.replace(/(?:\.test|\.d)?\.\w+$/, ''))),
    )
    none(hollowPaths, () => [{ line: 1 }])
  })

  it('imports only downwards, and another folder only through its index.ts', () => {
    none(product, ({ path, imports }) =>
      imports.flatMap(({ line, specifier }) => {
        const target = targetOf(path, specifier)
        const why = target === undefined ? undefined : breachOfLayers(path, target)
        return why === undefined ? [] : [{ line, why }]
      }),
    )
  })

  it('imports only files that exist', () => {
    none(sources, ({ path, imports }) =>
      imports
        .filter(({ specifier }) => !files.includes(targetOf(path, specifier) ?? path))
        .map(({ line, specifier }) => ({ line, why: specifier })),
    )
  })

  it("lets the example apps use the runtime as its users do, by the package's name", () => {
    none(exampleApps, ({ path, imports }) =>
      imports
        .filter(({ specifier }) => !(targetOf(path, specifier) ?? path).startsWith(posix.dirname(path)))
        .map(({ line, specifier }) => ({ line, why: specifier })),
    )
  })

  it('makes sockets of ZeroMQ in one place, where all get their bounds and are closed', () => {
    // The doctor only tries whether the package can be loaded, and used.
    const places = ['ports/sockets.ts', 'apps/quorate/doctor/zeromq-works.ts']
    const others = product.filter(({ path }) => !places.includes(path))
    none(others, ({ imports }) =>
      imports
        .filter(({ specifier }) => packageOf(specifier) === 'zeromq')
        .map(({ line, specifier }) => ({ line, why: specifier })),
    )
  })

  it('lists every package that it imports', () => {
    const { name, dependencies, devDependencies } = packageJson()
    // The examples travel in the package, so what they import must be installed with it.
    none(sources, ({ path, imports }) => {
      const listed = product.some((file) => file.path === path)
        ? dependencies
        : { ...dependencies, ...devDependencies }
      return imports
        .map(({ line, specifier }) => ({ line, why: packageOf(specifier) }))
        .filter(({ why }) => why !== undefined && why !== name && !(why in listed))
    })
  })

  it('skips no test without a reason', () => {
    const bare = /\b(?:it|describe|context)\.skip\(|\bx(?:it|describe)\(|\b(?:this|context|ctx)\.skip\(/g
    const others = tests.filter(({ path }) => path !== skipper)
    none(others, ({ code }) => matches(code, bare))
  })

  it('names no path of a machine and no registry', () => {
    const paths = /(?:^|[\s"'`(=])(?:\/(?:work|root|home|Users)\/\w|\.\.\/shared\b)/
    const texts = files.filter((path) => !/\.(png|jpg|ico|woff2?|gz|tgz|bin)$/.test(path))
    none(texts.map(readText), ({ text }) => linesWhere(text, (line) => paths.test(line)))
    expect(readProjectFile('package-lock.json')).not.to.contain('"resolved": "http')
  })
})

interface Breach {
  readonly line: number
  readonly why?: string | undefined
}

/** Fails with a list of all breaches that `find` sees in the files. */
function none<F extends { readonly path: string }>(among: readonly F[], find: (file: F) => Breach[]): void {
  const found = among.flatMap((file) =>
    find(file).map(({ line, why }) => `${file.path}:${line}${why === undefined ? '' : ` ${why}`}`),
  )
  if (found.length > 0) expect.fail(`${found.length} found:\n${found.map((line) => `  ${line}`).join('\n')}`)
}

function matches(text: string, pattern: RegExp): Breach[] {
  return [...text.matchAll(pattern)].map((match) => ({ line: lineAt(text, match.index), why: match[0] }))
}

function linesWhere(text: string, broken: (line: string) => boolean): Breach[] {
  return text.split('\n').flatMap((line, index) => (broken(line) ? [{ line: index + 1 }] : []))
}

function lineCount(text: string): number {
  return text.trimEnd().split('\n').length
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

function isFixture(path: string): boolean {
  return path.startsWith('test/fixtures/')
}

function isExampleApp(path: string): boolean {
  return path.startsWith('apps/') && !path.startsWith('apps/quorate/')
}

function readText(path: string): { path: string; text: string } {
  return { path, text: readProjectFile(path) }
}

function readSource(path: string): SourceFile {
  const text = readProjectFile(path)
  const lexed = lex(text)
  return { path, text, ...lexed, imports: importsOf(lexed) }
}
