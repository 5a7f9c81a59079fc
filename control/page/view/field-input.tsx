/** The input of one field, whatever its kind; of lists and groups those within. */
import { type Draft, draftOf, type Flaws, isDraftGroup, pathIn } from '../model/form-draft.js'
import type { Field } from '../model/schema-form.js'
import { valueText } from '../model/wording.js'
import { Icon } from './icons.jsx'

export interface InputProps<F extends Field = Field> {
  readonly field: F
  readonly draft: Draft
  readonly path: string
  /** The form that it is of: ids are the page's. */
  readonly form: string
  readonly flaws: Flaws
  readonly onChange: (draft: Draft) => void
}

export function FieldInput(props: InputProps) {
  const { field } = props
  switch (field.kind) {
    case 'group':
      return <GroupInput {...props} field={field} />
    case 'list':
      return <ListInput {...props} field={field} />
    case 'flag':
      return <FlagInput {...props} field={field} />
    default:
      return <TypedInput {...props} field={field} />
  }
}

type Of<Kind extends Field['kind']> = Extract<Field, { kind: Kind }>

function GroupInput({ field, draft, path, onChange, ...rest }: InputProps<Of<'group'>>) {
  const drafts = isDraftGroup(draft) ? draft : {}
  const inner = field.fields.map((each) => (
    <FieldInput
      key={each.name}
      {...rest}
      field={each}
      draft={drafts[each.name] ?? draftOf(each)}
      path={pathIn(path, each.name)}
      onChange={(changed) => onChange({ ...drafts, [each.name]: changed })}
    />
  ))
  if (path === '') return <>{inner}</>
  return (
    <fieldset class="field-group">
      <legend>{labelOf(field)}</legend>
      {field.help !== '' && <p class="muted">{field.help}</p>}
      {inner}
    </fieldset>
  )
}

function ListInput({ field, draft, path, flaws, onChange, ...rest }: InputProps<Of<'list'>>) {
  const drafts: readonly Draft[] = Array.isArray(draft) ? draft : []
  const flaw = flaws.get(path)
  const without = (at: number): Draft[] => drafts.filter((_, other) => other !== at)
  return (
    <fieldset class="field-group">
      <legend>{labelOf(field)}</legend>
      {field.help !== '' && <p class="muted">{field.help}</p>}
      {drafts.map((each, at) => (
        // Items have no name but their place.
        <div class="list-item" key={at}>
          <FieldInput
            {...rest}
            field={{ ...field.of, name: `${field.name} ${at + 1}` }}
            draft={each}
            path={pathIn(path, at)}
            flaws={flaws}
            onChange={(changed) => onChange(drafts.map((other, place) => (place === at ? changed : other)))}
          />
          <button type="button" class="quiet icon-only" onClick={() => onChange(without(at))}>
            <Icon name="close" />
            <span class="heard">{`Remove ${field.name} ${at + 1}`}</span>
          </button>
        </div>
      ))}
      {flaw !== undefined && <p class="flaw">{flaw}</p>}
      <button
        type="button"
        class="quiet"
        disabled={drafts.length >= field.most}
        onClick={() => onChange([...drafts, draftOf(field.of)])}
      >
        <Icon name="plus" /> Add {field.name}
      </button>
    </fieldset>
  )
}

function FlagInput({ field, draft, path, form, onChange }: InputProps<Of<'flag'>>) {
  const id = idOf(form, path)
  return (
    <div class="field is-flag">
      <input
        id={id}
        type="checkbox"
        checked={draft === true}
        aria-describedby={field.help === '' ? undefined : `${id}-help`}
        onChange={({ currentTarget: { checked } }) => onChange(checked)}
      />
      <label for={id}>{field.name || 'value'}</label>
      {field.help !== '' && (
        <p id={`${id}-help`} class="muted">
          {field.help}
        </p>
      )}
    </div>
  )
}

function TypedInput(props: InputProps<Of<'text' | 'number' | 'choice' | 'json'>>) {
  const { field, path, form, flaws } = props
  const id = idOf(form, path)
  const flaw = flaws.get(path)
  const hint = [sentence(field.help), rangeOf(field), field.kind === 'json' ? 'As JSON.' : '']
    .filter(Boolean)
    .join(' ')
  const about = [hint !== '' && `${id}-help`, flaw !== undefined && `${id}-flaw`].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id}>{labelOf(field)}</label>
      <Control {...props} id={id} about={about} isWrong={flaw !== undefined} />
      {hint !== '' && (
        <p id={`${id}-help`} class="muted">
          {hint}
        </p>
      )}
      {flaw !== undefined && (
        <p id={`${id}-flaw`} class="flaw">
          {flaw}
        </p>
      )}
    </div>
  )
}

interface ControlProps extends InputProps<Of<'text' | 'number' | 'choice' | 'json'>> {
  readonly id: string
  readonly about: string
  readonly isWrong: boolean
}

function Control({ field, draft, onChange, id, about, isWrong }: ControlProps) {
  const typed = typeof draft === 'string' ? draft : ''
  const shared = {
    id,
    'aria-describedby': about || undefined,
    'aria-invalid': isWrong,
    'aria-required': field.isRequired,
  }
  const change = (event: { readonly currentTarget: { readonly value: string } }): void => {
    onChange(event.currentTarget.value)
  }
  if (field.kind === 'choice') {
    return (
      <select {...shared} value={typed} onChange={change}>
        <option value="">{field.isRequired ? 'choose …' : 'not given'}</option>
        {field.options.map((option, at) => (
          <option key={valueText(option)} value={String(at)}>
            {valueText(option)}
          </option>
        ))}
      </select>
    )
  }
  if (field.kind === 'json')
    return <textarea {...shared} rows={4} value={typed} onInput={change} spellcheck={false} />
  return (
    <input
      {...shared}
      type="text"
      inputMode={field.kind === 'number' ? 'decimal' : 'text'}
      autocomplete="off"
      value={typed}
      onInput={change}
    />
  )
}

function labelOf({ name, isRequired }: Field): string {
  return `${name || 'value'}${isRequired ? '' : ' (optional)'}`
}

/** As help it may stand before another. */
function sentence(text: string): string {
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`
}

function rangeOf(field: Field): string {
  if (field.kind !== 'number') return ''
  const { min, max } = field
  if (min !== undefined && max !== undefined) return `From ${min} to ${max}.`
  return min !== undefined ? `${min} or more.` : max !== undefined ? `${max} or less.` : ''
}

function idOf(form: string, path: string): string {
  return `field-${form}-${path}`.replace(/[^\w-]/g, '_')
}
