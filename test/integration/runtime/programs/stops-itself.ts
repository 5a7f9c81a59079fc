/** A program that stops its actor by itself, while a loop of the actor still reads a port. */
import { actor, app, Component, message, startActor, tieToProcess } from '../../../../runtime/index.js'

class Reader extends Component {
  readonly in = this.sub(message('Reading'))

  override onActivate(): void {
    void this.#read()
  }

  async #read(): Promise<void> {
    for (;;) await this.in.recv()
  }
}

const definition = app('stops-itself', { actors: { Reader: actor({ components: () => ({ it: Reader }) }) } })
const running = await startActor(definition, 'Reader', {
  discovery: 'static:',
  interface: '127.0.0.1',
  onStarting: tieToProcess,
})
await running.stop()
