/** What other parts of the command line use of RIAPS's languages. */
export {
  type DeploymentOptions,
  deploymentOfDepl,
  type RiapsDeployment,
  type RiapsPlacement,
} from './deployment.js'
