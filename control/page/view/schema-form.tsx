/** A form of fields that a schema asks for. What is wrong is said at its field, which then has the focus. */
import { useRef, useState } from 'preact/hooks'
import { type Draft, draftOf, type Flaws, filledIn } from '../model/form-draft.js'
import type { Field } from '../model/schema-form.js'
import { FieldInput } from './field-input.jsx'

interface FormProps {
  readonly field: Field
  /** What there is already. */
  readonly value?: unknown
  /** Tells its fields from those of other forms. */
  readonly name: string
  readonly action: string
  readonly isBusy: boolean
  readonly onGive: (value: unknown) => void
}

const NO_FLAWS: Flaws = new Map()

export function SchemaForm({ field, value, name, action, isBusy, onGive }: FormProps) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(field, value))
  const [flaws, setFlaws] = useState<Flaws>(NO_FLAWS)
  const form = useRef<HTMLFormElement>(null)
  const give = (event: Event): void => {
    event.preventDefault()
    const filled = filledIn(field, draft)
    setFlaws('flaws' in filled ? filled.flaws : NO_FLAWS)
    if ('value' in filled) onGive(filled.value)
    else requestAnimationFrame(() => wrongIn(form.current)?.focus())
  }
  return (
    <form class="schema-form" ref={form} onSubmit={give} noValidate aria-label={name}>
      <FieldInput field={field} draft={draft} path="" form={name} flaws={flaws} onChange={setDraft} />
      <button type="submit" class="primary" disabled={isBusy}>
        {action}
      </button>
    </form>
  )
}

/** The first input in which something is wrong. */
function wrongIn(form: HTMLElement | null): HTMLElement | null | undefined {
  return form?.querySelector<HTMLElement>('[aria-invalid="true"]')
}
