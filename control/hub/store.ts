/** The folder of a hub: everything that it answered for is in it, whenever the process or the host dies. */
import { isObject, type JsonObject, type Verbatim } from '../fastapi/json.js'
import { readJson } from '../fastapi/json-reader.js'
import { FolderJournal } from '../journal/folder-journal.js'
import { HubError } from './errors.js'
import type { Journal, RecordKey } from './journal.js'

export class HubStore extends FolderJournal implements Journal {
  /** @param lost as of FolderJournal @throws HubError `hub-not-kept` where the folder cannot be written. */
  constructor(folder: string, lost: () => void) {
    super(folder, (message, options) => new HubError('hub-not-kept', message, options), lost)
  }

  *records(): Iterable<readonly [RecordKey, JsonObject]> {
    for (const [key, text] of this.entries()) {
      const read = readJson(text)
      const [kind, ...names] = key
      if (isKind(kind) && 'value' in read && isObject(read.value)) yield [[kind, ...names], read.value]
    }
  }

  put(key: RecordKey, { text }: Verbatim): void {
    this.putText(key, text)
  }
}

function isKind(kind: string | undefined): kind is RecordKey[0] {
  return kind === 'command' || kind === 'state' || kind === 'reply' || kind === 'worker' || kind === 'queue'
}
