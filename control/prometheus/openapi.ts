/** What is told of `/metrics`. */
import { TEXT } from '../openapi/answers.js'
import type { Operations } from '../openapi/description.js'

export const scrapeOperations: Operations = {
  'GET /metrics': {
    summary: 'Metrics for Prometheus',
    answers: { 200: { description: 'in its text format', type: 'text/plain', schema: TEXT } },
  },
}
