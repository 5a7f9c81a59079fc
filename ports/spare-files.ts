/** Whether a process can open files yet: strangers who connect take them, too. */
import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import { limits } from './limits.js'

/**
 * False where few are left. To be asked before a socket is bound while strangers come: libzmq 4.3.5
 * aborts the process where it can open none to look at the interfaces.
 */
export function hasSpareFiles(): boolean {
  const open: number[] = []
  try {
    while (open.length < limits.spareFiles) open.push(openSync(devNull, 'r'))
    return true
  } catch {
    return false
  } finally {
    for (const file of open) closeSync(file)
  }
}
