/** The public list of keys: certificates, who may in, and the key folder of an app. */
export { Admission, type Decision, type Learned, type RefusalCode, type Refused } from './admission.js'
export {
  type Anchor,
  anchorBytes,
  anchorOf,
  anchorsText,
  appInAnchors,
  isEnded,
  mergeAnchors,
  readAnchors,
} from './anchors.js'
export { ensureKeys, readAppKey, requireAppKey } from './app-key.js'
export { type Bundle, readBundle } from './bundle.js'
export {
  ANY_ACTOR,
  allows,
  type Certificate,
  type CertificateFields,
  issueCertificate,
  readCertificate,
} from './certificate.js'
export { type CurveKeys, curveKeysOf, newCurveKeys } from './curve-keys.js'
export type {
  DoorRefusals,
  DoorService,
  FromDoors,
  OpenDoorChannel,
  ToDoors,
  TrustData,
} from './door-messages.js'
export { Doors, domainOf } from './doors.js'
export { KeyError, type KeyErrorCode, keyErrors } from './errors.js'
export { withFolderLock } from './folder-lock.js'
export type { Held } from './held.js'
export { type Holder, type HolderFields, newHolder } from './holder.js'
export { loadIdentity, loadLooker } from './identity.js'
export { type Imported, importKeys } from './import-keys.js'
export { answerIn, introductionOf } from './introduction.js'
export { carriedKeys, carryKeys, issueKeys, type KeysWanted } from './issue-keys.js'
export { keepRevocations } from './keep-revocations.js'
export { type KeyFolder, type KeyFolderOptions, keyFolderAt, keyFolderOf } from './key-folder.js'
export { keyLimits } from './key-limits.js'
export { type KeyListing, type ListedKey, listKeys } from './list-keys.js'
export {
  createKeyFile,
  PUBLIC_MODE,
  readKeyFile,
  replaceKeyFile,
  requireKeyFolder,
  SECRET_MODE,
} from './private-file.js'
export {
  isNewer,
  issueRevocationList,
  newestOf,
  type RevocationList,
  readRevocationList,
  takesOver,
} from './revocation.js'
export { type Revoked, revokeKeys } from './revoke-keys.js'
export { DOMAINS, type Domain, isRole, ROLES, type Role, rolesAt } from './roles.js'
export { type Replaced, rotateAppKey, rotateKeys } from './rotate-keys.js'
export {
  isSignedBy,
  newSigner,
  type Purpose,
  readSigner,
  SIGNATURE_BYTES,
  type Signer,
  signerOf,
} from './signature.js'
export { readTrust, type Trust } from './trust.js'
export { DAY_S, daysLeft, endOf, flawNow } from './validity.js'
export { bytesOfZ85, keyBytesOf, z85Of } from './z85.js'
