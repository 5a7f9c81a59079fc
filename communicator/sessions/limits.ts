/** Every bound of sessions. `docs/limits.md` lists them; a test compares. */
export const sessionLimits = {
  /** Sessions of one communicator: one for each peer. */
  sessions: 4096,
  /** Milliseconds for which a peer may be away before its session is lost, unless told otherwise. */
  holdMs: 60_000,
  /** Milliseconds in which a peer that is connected has to answer, unless told otherwise. */
  answerMs: 10_000,
  /** Milliseconds until a peer that has not answered is asked again, and a failed send is tried anew. */
  askAgainMs: 1000,
  /** Milliseconds without an acknowledgement of what was sent, after which the peer is asked what it has. */
  stallMs: 10_000,
  /** Bytes that are kept until they are acknowledged; streams leave the last part of it to all else. */
  resendBytes: 4_194_304,
  reserveBytes: 524_288,
  /** Bytes of streams that may be under way at once, whatever the way takes. */
  paceBytes: 524_288,
  /** Milliseconds for which they may wait in a way that takes less than they are. */
  paceMs: 200,
  /** Milliseconds after which the shortest time to an acknowledgement is measured anew. */
  paceForgetMs: 30_000,
  /** Frames, bytes and milliseconds after which what came is acknowledged though nothing goes back. */
  ackFrames: 64,
  ackBytes: 262_144,
  ackMs: 20,
  /** Bytes of a stream that one frame carries: so long does an urgent frame wait for one that is not. */
  chunkBytes: 65_536,
  /** Bytes of one frame as it arrives: one chunk with all headers that there may be. */
  frameBytes: 196_608,
  /** Urgent frames in a row while a chunk waits. */
  urgentInRow: 16,
  /** Urgent frames that wait because a peer takes none; then its session ends. */
  urgentFrames: 16_384,
  /** Bytes of a stream that a reader has not taken yet, unless told otherwise, and at most. */
  windowBytes: 1_048_576,
  windowMaxBytes: 16_777_216,
  /** Streams that one peer has open with us at a time, and that we have with it. */
  streams: 256,
  /** Requests of one peer under way, and ours to it. */
  requests: 1024,
  /** Bytes of the payload of one request, or of one reply. */
  payloadBytes: 1_048_576,
  /** Bytes of all requests of one peer that are not answered yet, and of all replies that are incomplete. */
  payloadsBytes: 16_777_216,
  /** Bytes of the topic and of all headers, as they travel; and how many headers there may be. */
  topicBytes: 255,
  headersBytes: 65_535,
  headers: 256,
  /** Characters of the code and of the text of an error that travels. */
  codeChars: 64,
  messageChars: 1024,
  /** Topics of each kind that are served. */
  topics: 1024,
  /** Milliseconds for a request to be answered, or a stream to be accepted, unless told otherwise. */
  requestMs: 30_000,
  /** Milliseconds that close() gives to the word that it is over. */
  closeMs: 1000,
  /** Characters of the id of a blob. */
  blobIdChars: 255,
  /** Milliseconds until a transfer that broke is tried again: at first, and at most; it doubles. */
  blobAgainMs: 250,
  blobAgainMaxMs: 5000,
  /** Milliseconds in which a transfer has to get on by a byte, unless told otherwise. */
  blobStuckMs: 120_000,
} as const
