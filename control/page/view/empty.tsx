/** Where there is nothing yet: what to do about it. */

export function EmptyFleet() {
  const url = location.origin
  return (
    <div class="empty">
      <h3>Nobody is here yet</h3>
      <p>Start an agent on each node. It starts actors, and tells this hub of them:</p>
      <pre>
        <code>{`quorate agent --hub ${url} --hub-token-file token --app plant.ts`}</code>
      </pre>
      <p>Or start actors by hand, and have them come to this hub:</p>
      <pre>
        <code>{`quorate run plant.ts --hub ${url} --hub-token-file token`}</code>
      </pre>
      <p class="muted">They show here as soon as they come.</p>
    </div>
  )
}
