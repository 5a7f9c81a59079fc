/** Starts an actor of an installed app on a node, with the parameters that it has. */
import type { ComponentChild } from 'preact'
import { useState } from 'preact/hooks'
import type { NodeApp } from '../../fleet/models.js'
import { fieldOfParameters, isObject } from '../model/schema-form.js'
import { Dialog } from './dialog.jsx'
import { whyOf } from './result-box.jsx'
import { SchemaForm } from './schema-form.jsx'
import { usePage, useStore } from './use-store.js'

interface Where {
  readonly node?: string
}

/** The dialog, while it is open; and what opens it. */
export function useStartDialog(): readonly [dialog: ComponentChild, open: (where: Where) => void] {
  const [where, setWhere] = useState<Where>()
  const dialog = where && <StartDialog where={where} onClose={() => setWhere(undefined)} />
  return [dialog, setWhere]
}

interface Choice {
  readonly app: string
  readonly actor: string
  readonly parameters: NodeApp['actors'][string]
}

function StartDialog({ where, onClose }: { readonly where: Where; readonly onClose: () => void }) {
  const { nodes } = useStore(usePage().fleet)
  const there = [...nodes.values()].filter((node) => node.there !== false && (node.apps?.length ?? 0) > 0)
  const [name, setName] = useState(where.node ?? there[0]?.name ?? '')
  const choices = choicesOf(nodes.get(name)?.apps ?? [])
  const [at, setAt] = useState(0)
  const choice = choices[at]
  return (
    <Dialog title="Start an actor" onClose={onClose}>
      {there.length === 0 ? (
        <p>
          No node has an app that it could start. Give its agent one:{' '}
          <code>quorate agent --app plant.ts --hub …</code>
        </p>
      ) : (
        <div class="start-choices">
          <div class="field">
            <label for="start-node">Node</label>
            <select id="start-node" value={name} onChange={({ currentTarget: { value } }) => setName(value)}>
              {there.map((node) => (
                <option key={node.name} value={node.name}>
                  {node.name}
                </option>
              ))}
            </select>
          </div>
          <div class="field">
            <label for="start-actor">Actor</label>
            <select
              id="start-actor"
              value={String(at)}
              onChange={({ currentTarget: { value } }) => setAt(Number(value))}
            >
              {choices.map(({ app, actor }, place) => (
                <option key={`${app} ${actor}`} value={String(place)}>
                  {actor} of {app}
                </option>
              ))}
            </select>
          </div>
        </div>
      )}
      {choice && <StartForm key={`${name} ${at}`} node={name} choice={choice} onClose={onClose} />}
      {!choice && (
        <div class="dialog-buttons">
          <button type="button" onClick={onClose}>
            Close
          </button>
        </div>
      )}
    </Dialog>
  )
}

interface StartProps {
  readonly node: string
  readonly choice: Choice
  readonly onClose: () => void
}

function StartForm({ node, choice, onClose }: StartProps) {
  const page = usePage()
  const [isBusy, setBusy] = useState(false)
  const [flaw, setFlaw] = useState('')
  const { app, actor, parameters } = choice
  const start = async (params: unknown): Promise<void> => {
    setBusy(true)
    try {
      const id = await page.errands.start(node, { app, actor, params: isObject(params) ? params : {} })
      page.said.set(`${actor} ${id} is started on ${node}`)
      onClose()
    } catch (error) {
      setFlaw(whyOf(error))
      setBusy(false)
    }
  }
  return (
    <>
      <SchemaForm
        field={fieldOfParameters(parameters)}
        name={`start ${actor}`}
        action={`Start ${actor} on ${node}`}
        isBusy={isBusy}
        onGive={(given) => void start(given)}
      />
      <p class="flaw" role="alert">
        {flaw}
      </p>
      <button type="button" class="quiet" onClick={onClose}>
        Cancel
      </button>
    </>
  )
}

function choicesOf(apps: readonly NodeApp[]): readonly Choice[] {
  return apps.flatMap(({ name: app, actors }) => {
    return Object.entries(actors).map(([actor, parameters]) => ({ app, actor, parameters }))
  })
}
