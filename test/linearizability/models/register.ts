/** An atomic register for each key: a read gives what was written last. Groups promise less than that. */
import { checkedBy, isA, partsBy, type Spec } from './spec.js'

export const register: Spec = {
  name: 'atomic register',
  parts: (history) =>
    partsBy(
      history.filter((each) => isA(each, 'set', 'get')),
      ({ call }) => call.key,
    ),
  check: checkedBy<string | null>(() => ({
    model: {
      initial: null,
      step: (state, { call }) => {
        if (call.f === 'set') return [call.value]
        return call.f === 'get' && call.value === state ? [state] : []
      },
      keyOf: (state) => JSON.stringify(state),
    },
    show: (state) => `it holds ${state}`,
  })),
}
