/** What is known of an app that is being imported, before anything of it is written. */
import { type ParamTypes, paramTypes } from './formals.js'
import type { ActorModel, AppModel, ComponentModel, PortModel } from './model.js'
import { type ComponentNames, type Names, namesOf, type PortNames } from './names.js'
import type { Shapes } from './shapes.js'
import { plain } from './spelling.js'

/** What a component joins: `--join Inverter=Cell.north`. */
export interface Join {
  readonly component: string
  readonly group: string
  readonly instance: string
}

export interface Imported {
  readonly app: AppModel
  readonly names: Names
  readonly types: ParamTypes
  readonly shapes: Shapes
  readonly joins: readonly Join[]
  /** The file name of the model. */
  readonly source: string
  /** Its way from the folder of the app. */
  readonly way: string
}

export function imported(app: AppModel, given: Omit<Imported, 'app' | 'names' | 'types'>): Imported {
  return { app, names: namesOf(app), types: paramTypes(app), ...given }
}

/** The constant of a message. */
export function messageOf({ names }: Imported, name: string): string {
  return names.messages.get(name) ?? name
}

/** What an inside port carries has no message in the model: its constant. */
export function insideOf(names: ComponentNames, port: PortModel): string {
  return `${names.className}_${plain(port.name)}`
}

export function componentNames({ names }: Imported, { name }: Pick<ComponentModel, 'name'>): ComponentNames {
  return names.components.get(name) ?? { className: name, file: name, ports: new Map() }
}

export function portNames(names: ComponentNames, { name }: PortModel): PortNames {
  return names.ports.get(name) ?? { field: name, handler: name }
}

export function actorName({ names }: Imported, { name }: ActorModel): string {
  return names.actors.get(name)?.name ?? name
}

/** Every inside port by its component. */
export function insidePorts(model: Imported): { component: ComponentModel; port: PortModel }[] {
  return model.app.components.flatMap((component) =>
    component.ports.filter(({ kind }) => kind === 'inside').map((port) => ({ component, port })),
  )
}
