/** Message types as a bridge has them: what travelled to it goes on as it came. */
import type { MessageType } from '../../ports/index.js'

/**
 * The same type, whose handlers get what its schema accepted instead of what it makes of it: the ports of
 * whoever receives it in the end do that.
 */
export function travelling(type: MessageType): MessageType {
  return {
    ...type,
    validate: (value) => {
      const result = type.validate(value)
      return result.issues ? result : { value }
    },
  }
}

/** The name of the ports by which a bridge brings what came from elsewhere: no bridge carries that on. */
export const BROUGHT = '$brought'
