/** Members of objects that are replaced for a while, as those of the modules of Node. */
import { syncBuiltinESMExports } from 'node:module'

/** What stands in their place until `end()`. */
export class Replaced {
  #undo: (() => void)[] = []

  put<Owner extends object, Key extends keyof Owner>(owner: Owner, key: Key, value: Owner[Key]): void {
    const before = Object.getOwnPropertyDescriptor(owner, key)
    Object.defineProperty(owner, key, { configurable: true, enumerable: true, writable: true, value })
    this.#undo.push(() => {
      if (before) Object.defineProperty(owner, key, before)
      else Reflect.deleteProperty(owner, key)
    })
  }

  /** Lets those see it, too, that import the members by their names. */
  publish(): void {
    syncBuiltinESMExports()
  }

  end(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo()
    syncBuiltinESMExports()
  }
}
