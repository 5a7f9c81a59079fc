/** The README of a new app: the commands, and what each file is. */
import type { Draft } from './draft.js'

export function readme({ name, language }: Draft): string {
  return `# ${name}

Sensors publish what they measure, a monitor warns when one is too warm: an app of
[quorate](node_modules/quorate/docs/guide.md). Its tests need neither sockets nor time
([how](node_modules/quorate/docs/testing.md)).

\`\`\`sh
npm install
npm test
npm start                                        # a sensor and a monitor; Ctrl-C ends them
npx quorate run app.${language} Sensor --period 100      # in another terminal: one more sensor
npx quorate ps                                   # who is there, connected to whom
npm run graph                                    # the app as a Mermaid drawing
\`\`\`

| file | what it is |
| --- | --- |
| \`app.${language}\` | the app: its actors, each a process, and their parameters |
| \`messages.${language}\` | what the components tell each other |
| \`sensor.${language}\`, \`monitor.${language}\` | the components: classes whose fields are ports |
| \`test/app.test.${language}\` | runs them in memory, by a clock of its own |
`
}
