// The socket of a hub, many questions at a time.

import { once } from 'node:events'
import { WebSocket } from 'ws'

export class HubSocket {
  #socket
  #asked = 0
  #waiting = new Map()

  static async open(port, token) {
    const socket = new HubSocket(port, token)
    await once(socket.#socket, 'open')
    return socket
  }

  constructor(port, token) {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/v1/socket`, { perMessageDeflate: false, headers })
    this.#socket.on('message', (data) => {
      const { n, ok, error } = JSON.parse(data)
      const { resolve, reject } = this.#waiting.get(n)
      this.#waiting.delete(n)
      if (error) reject(new Error(error.message))
      else resolve(ok)
    })
  }

  ask(question) {
    return new Promise((resolve, reject) => {
      this.#waiting.set(++this.#asked, { resolve, reject })
      this.#socket.send(JSON.stringify({ n: this.#asked, ...question }))
    })
  }

  end() {
    this.#socket.terminate()
  }
}
