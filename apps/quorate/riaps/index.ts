/** What other parts of the command line use of RIAPS's languages. */
export { type DeploymentOptions, deploymentOfDepl } from './deployment.js'
