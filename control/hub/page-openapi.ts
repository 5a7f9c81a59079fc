/** What is told at `/docs` of the page of the hub. */
import type { Operations } from '../openapi/description.js'
import { pageFiles } from './page-files.js'

export const PAGE = 'page'

export const pageOperations: Operations = {
  'GET /ui': {
    ...{ tag: PAGE, summary: 'Leads to the page', shows: '' },
    answers: { 200: { description: 'The page, at `/ui/`, where it leads.', type: 'text/html' } },
  },
  ...Object.fromEntries(
    Object.entries(pageFiles).map(([name, [file, type]]) => [
      `GET /ui/${name}`,
      {
        ...{ tag: PAGE, summary: name === '' ? 'The page' : `Of the page: ${file}`, shows: '' },
        answers: { 200: { description: 'The file.', type }, 304: { description: 'It is as it was.' } },
      },
    ]),
  ),
}
