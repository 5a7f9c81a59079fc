/** The page of the hub. */
import { render } from 'preact'
import { PageState } from './hub/page-state.js'
import { App } from './view/app.jsx'
import { themeKept, wearTheme } from './view/theme.js'
import { PageContext } from './view/use-store.js'

const place = document.querySelector('#page')
const page = new PageState()
wearTheme(themeKept())
page.start()
if (place) {
  render(
    <PageContext.Provider value={page}>
      <App />
    </PageContext.Provider>,
    place,
  )
}
