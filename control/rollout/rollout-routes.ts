/** What who leads a rollout may ask of the agents that take part: those routes, and no others. */
export const rolloutRoutes = [
  { method: 'GET', route: '/v1/rollouts/:id' },
  { method: 'GET', route: '/v1/rollouts/:id/actors' },
  { method: 'POST', route: '/v1/rollouts/:id/steps' },
  { method: 'POST', route: '/v1/rollouts/:id/outcome' },
] as const
