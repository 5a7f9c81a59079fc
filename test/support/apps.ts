/** App files for tests, and names under which they meet nobody else's. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { projectRoot } from '../project.js'

/** The path of an app file in test/fixtures/apps. */
export function fixtureApp(file: string): string {
  return join(projectRoot, 'test', 'fixtures', 'apps', file)
}

/** A name that no other test, and no other run, has. The fixtures take theirs from TEST_APP. */
export function uniqueApp(): string {
  return `test-${randomBytes(6).toString('hex')}`
}
