import { DeployError } from '../../../../control/rollout/errors.js'

/** The code of the DeployError that is thrown; '' for none. */
export function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof DeployError) return error.code
    throw error
  }
  return ''
}
