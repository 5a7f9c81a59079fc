/** A process that can open no more files goes on, and says what it cannot do. */
import { expect } from 'chai'
import { needed } from '../../support/needed.js'
import { Program } from '../../support/program.js'
import { utilLinuxMissing } from '../../support/util-linux.js'

describe('a port where no files are left', () => {
  it('cannot bind, and says so; the process lives', async function () {
    needed(this, utilLinuxMissing())
    const poor = new Program(new URL('./programs/no-files.ts', import.meta.url))
    try {
      expect(await poor.hear()).to.match(/cannot bind tcp:\/\/127\.0\.0\.1:\*: too many open files/)
    } finally {
      await poor.kill()
    }
  })
})
