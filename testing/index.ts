/**
 * The test kit: `import { createTestNetwork, testComponent } from 'quorate/testing'`. Actors run as they
 * always do, on a network in memory and with a clock that belongs to the test: no socket is opened, no test
 * waits, and every run is the same.
 * @packageDocumentation
 */
export { type ComplianceCheck, type DriverUnderTest, driverCompliance } from './driver-compliance.js'
export { TestingError, type TestingErrorCode, testingErrors } from './errors.js'
export { testingLimits } from './limits.js'
export {
  createTestNetwork,
  type HostOf,
  TestNetwork,
  type TestNetworkOptions,
  type TestParams,
  type TestStartOptions,
} from './network.js'
export { type ComponentClass, TestActor } from './test-actor.js'
export {
  type NoTestParams,
  TestComponent,
  type TestComponentArguments,
  type TestComponentOptions,
  type Told,
  testComponent,
} from './test-component.js'
export { type FakeAnswer, TestDesk } from './test-desk.js'
