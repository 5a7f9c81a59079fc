/** Lets wait until something is so, which is looked at whenever something changed. */
export class Changes {
  readonly #onChange = new Set<() => void>()

  /** Something changed. */
  tell(): void {
    for (const told of [...this.#onChange]) told()
  }

  /** True as soon as it is so; false where it is not within so many milliseconds. */
  until(isSo: () => boolean, withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const look = (isOver: boolean): void => {
        const isTrue = isSo()
        if (!isTrue && !isOver) return
        clearTimeout(timer)
        this.#onChange.delete(told)
        resolve(isTrue)
      }
      const told = (): void => look(false)
      const timer = setTimeout(() => look(true), withinMs)
      this.#onChange.add(told)
      look(false)
    })
  }
}
