/** The properties of an actor: what they are, and a form for those that may be set. */
import { useState } from 'preact/hooks'
import type { PropertyPicture } from '../../fleet/models.js'
import type { Actor } from '../model/fleet.js'
import { fieldOf } from '../model/schema-form.js'
import { valueText } from '../model/wording.js'
import { Section } from './about.jsx'
import { ResultBox, useCall } from './result-box.jsx'
import { SchemaForm } from './schema-form.jsx'
import { usePage } from './use-store.js'

export function Properties({ actor }: { readonly actor: Actor }) {
  const { properties = [], counters, worker, there } = actor
  if (properties.length === 0) return null
  return (
    <Section title="Properties">
      <ul class="plain">
        {properties.map((property) => {
          const path = `${property.component}.${property.name}`
          const value = counters?.properties[path]
          return (
            <li key={path}>
              <Property property={property} value={value} worker={worker} canSet={there !== false} />
            </li>
          )
        })}
      </ul>
    </Section>
  )
}

interface PropertyProps {
  readonly property: PropertyPicture
  readonly value: unknown
  readonly worker: string
  readonly canSet: boolean
}

function Property({ property, value, worker, canSet }: PropertyProps) {
  const page = usePage()
  const { component, name, description, writable, schema } = property
  const [isOpen, setOpen] = useState(false)
  const [result, call] = useCall()
  const path = `${component}.${name}`
  return (
    <>
      <div class="property">
        <span>
          <strong>{path}</strong> {description !== '' && <span class="muted">{description}</span>}
        </span>
        <code>{value === undefined ? '–' : valueText(value)}</code>
        {writable && (
          <button
            type="button"
            class="quiet"
            aria-expanded={isOpen}
            disabled={!canSet}
            onClick={() => setOpen(!isOpen)}
          >
            Set <span class="heard">{path}</span>
          </button>
        )}
      </div>
      {isOpen && (
        <SchemaForm
          field={fieldOf(schema ?? {}, name)}
          value={value ?? undefined}
          name={path}
          action="Set"
          isBusy={result.is === 'running'}
          onGive={(given) => call(() => page.commands.set(worker, component, name, given))}
        />
      )}
      <ResultBox result={result} />
    </>
  )
}
