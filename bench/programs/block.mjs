// Large blocks of bytes. A block on its way must not change, so there are more than may be on their way.

/** Blocks to send in turn, while `window` may be on their way. */
export function blocksOf(bytes, window) {
  return Array.from({ length: window + 2 }, () => Buffer.alloc(bytes, 0x5a))
}

/** Writes the number of the block at both its ends; returns what readStamp() will. */
export function stamp(block, number) {
  block.writeDoubleBE(number, 0)
  block.writeDoubleBE(number, block.length - 8)
  return readStamp(block)
}

/** What is added up for a block: its length and the numbers at its ends. */
export function readStamp(block) {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  return view.getFloat64(0) + view.getFloat64(view.byteLength - 8) + view.byteLength
}
