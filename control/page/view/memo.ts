/** A component that is drawn again only where one of what it is given is another. */
import { Component, type ComponentChildren, type ComponentType } from 'preact'

export function memo<Props extends object>(draw: (props: Props) => ComponentChildren): ComponentType<Props> {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const now = new Map<string, unknown>(Object.entries(this.props))
      const coming = Object.entries(next)
      return coming.length !== now.size || coming.some(([name, value]) => now.get(name) !== value)
    }

    override render(): ComponentChildren {
      return draw(this.props)
    }
  }
}
