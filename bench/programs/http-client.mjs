// HTTP as little as a bench needs: one request at a time over a connection that is kept. The clients of Node
// take several times the processor that the server does, and so would measure themselves.

import { connect } from 'node:net'

const HEAD_END = '\r\n\r\n'

export class HttpClient {
  #socket
  #text = ''
  #answered

  constructor(port) {
    this.#socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('utf8')
    this.#socket.on('data', (text) => this.#take(text))
    this.#socket.on('error', (error) => this.#answered?.reject(error))
  }

  /** The value of the body of an answer with 200. */
  async ask(method, path, body) {
    const text = body === undefined ? '' : JSON.stringify(body)
    const head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json`
    const answer = new Promise((resolve, reject) => {
      this.#answered = { resolve, reject }
    })
    this.#socket.write(`${head}\r\ncontent-length: ${Buffer.byteLength(text)}${HEAD_END}${text}`)
    const { status, body: given } = await answer
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${given}`)
    return JSON.parse(given)
  }

  end() {
    this.#socket.destroy()
  }

  #take(text) {
    this.#text += text
    const headEnd = this.#text.indexOf(HEAD_END)
    const length = Number(/content-length: (\d+)/i.exec(this.#text)?.[1])
    const body = this.#text.slice(headEnd + HEAD_END.length)
    if (headEnd === -1 || Buffer.byteLength(body) < length) return
    const status = Number(this.#text.slice(9, 12))
    this.#text = ''
    this.#answered.resolve({ status, body })
  }
}
