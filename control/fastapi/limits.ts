/** Every bound of what is read as FastAPI reads it, with its reason. `docs/limits.md` lists them. */
export const fastapiLimits = {
  /** Levels of lists and objects within one another. */
  depth: 64,
  /** Digits of a whole number, as in Python. */
  digits: 4300,
} as const
