// msgpackr as a careful user sets it up for the wire, for the raw side.

import { Packr } from 'msgpackr'

const packr = new Packr({ useRecords: false })

export const pack = (value) => packr.pack(value)
export const unpack = (bytes) => packr.unpack(bytes)
