/** A value from outside on its way into a component: checked first, then handed on in its turn. */
import { describeIssues, type MessageType } from '../../ports/index.js'

/** What is to be called in the component's turn; or why the value is not taken. */
export type Prepared = { readonly call: () => unknown } | { readonly flaw: string }

/** Never throws. */
export function checked<In, Out>(
  type: MessageType<In, Out>,
  given: unknown,
  call: (value: Out) => unknown,
): Prepared {
  const result = type.validate(given)
  return result.issues ? { flaw: describeIssues(result.issues) } : { call: () => call(result.value) }
}
