/** The commands of an actor, each with the form that its schema asks for. */
import { useMemo, useState } from 'preact/hooks'
import type { CommandPicture } from '../../fleet/models.js'
import type { Actor } from '../model/fleet.js'
import { type Field, fieldOf } from '../model/schema-form.js'
import { ResultBox, useCall } from './result-box.jsx'
import { SchemaForm } from './schema-form.jsx'
import { usePage } from './use-store.js'

export function CommandsTab({ actor }: { readonly actor: Actor }) {
  const { commands = [], worker, there } = actor
  if (commands.length === 0) {
    return (
      <p class="muted">
        {there === undefined
          ? 'It is not at this hub, which knows it from its node alone.'
          : 'It has no commands. A component declares one with this.command().'}
      </p>
    )
  }
  return (
    <ul class="plain commands">
      {commands.map((command) => (
        <li key={`${command.component}.${command.name}`}>
          <Command
            command={command}
            worker={worker}
            canSend={there !== false}
            isOnly={commands.length === 1}
          />
        </li>
      ))}
    </ul>
  )
}

interface CommandProps {
  readonly command: CommandPicture
  readonly worker: string
  readonly canSend: boolean
  readonly isOnly: boolean
}

function Command({ command, worker, canSend, isOnly }: CommandProps) {
  const page = usePage()
  const { component, name, description, schema } = command
  const [isOpen, setOpen] = useState(isOnly)
  const [result, call] = useCall()
  const path = `${component}.${name}`
  const text = JSON.stringify(schema)
  const field = useMemo((): Field => (schema === null ? NOTHING : fieldOf(schema)), [text])
  const send = (given: unknown): void => {
    const args = given === undefined ? [] : [given]
    call(() => page.commands.call({ worker, component, name, args }))
  }
  return (
    <section class="command" aria-label={path}>
      <h3>
        <button type="button" class="disclosure" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {path}
        </button>
      </h3>
      {description !== '' && <p class="muted">{description}</p>}
      {isOpen && (
        <>
          <SchemaForm
            field={field}
            name={path}
            action={`Send ${name}`}
            isBusy={result.is === 'running' || !canSend}
            onGive={send}
          />
          {!canSend && <p class="muted">The actor is not at the hub at the moment.</p>}
          <ResultBox result={result} />
        </>
      )}
    </section>
  )
}

/** Of a command that takes nothing. */
const NOTHING: Field = { kind: 'group', name: '', help: '', isRequired: false, isNullable: false, fields: [] }
