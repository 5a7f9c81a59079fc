/** Every bound of the driver of groups, with its reason. `docs/limits.md` lists them. */
export const driverLimits = {
  /** Frames that wait in the sockets for one participant, each way; what is beyond waits in the driver. */
  queueFrames: 1000,
  /** Frames of control that wait there for one participant; newer ones are dropped, and come again. */
  controlFrames: 1024,
  /** Bytes of control messages to one participant that go in one frame. */
  controlBytes: 64 * 1024,
  /** Control messages that are taken from one frame: more than so many bytes can hold. */
  controlMessages: 4096,
  /** Frames of users' messages that wait in the driver for one participant, and the bytes of all of them. */
  usersFrames: 1024,
  usersBytes: 16 * 1024 * 1024,
  /** Milliseconds after which a frame is offered again to a socket that was full. */
  retryMs: 2,
  /** Milliseconds after which a welcome that found no room is said again. */
  helloMs: 250,
  /** Milliseconds without a frame on a link after which its member asks for one, and a gpub shows life. */
  linkQuietMs: 1000,
  /** The same in a crowd: for each pair of members. So links of a group need so much in all, however many. */
  linkPairMs: 16,
  /** Milliseconds for the answer, and as many heartbeats where these are longer; then it is dialled anew. */
  linkAnswerMs: 500,
  linkAnswerBeats: 5,
  /** Milliseconds that a link that is dialled anew has to be answered, doubled up to the second number. */
  linkDialMs: 1000,
  linkDialMaxMs: 4000,
  /** Bytes of a frame from which it is announced: while it comes nothing else can, and that is no silence. */
  largeBytes: 256 * 1024,
  /** Inputs that go into one step of a group. */
  inputsPerStep: 1024,
  /** Frames of users' messages that a member takes from one socket before the others get their turn. */
  framesPerTurn: 64,
  /** Milliseconds for which a member that was renewed listens at its former addresses, too. */
  formerMs: 5000,
  /** Milliseconds that a member that has left has to tell it. */
  leaveMs: 25,
  /** Milliseconds that what is in its sockets then has to leave. */
  lingerMs: 100,
  /** Sources of refused frames that are told apart, of one member. */
  refusedSources: 256,
  /** Milliseconds for which frames of one who is not listed are no news: its listing is on its way. */
  strangerMs: 5000,
  /** Milliseconds between two looks at the main thread, at the clocks, and at the links. */
  watchMs: 250,
  /** Milliseconds after which the group clock is told again, though it is as it was. */
  clockMs: 1000,
  /** Milliseconds by which it may be another without being told at once. */
  clockStepMs: 0.02,
  /** Bytes of users' messages on their way between the threads, each way; what is beyond is told. */
  crossingBytes: 64 * 1024 * 1024,
  /** Bytes of what a group has decided; a member whose component does not take it in is taken out. */
  crossingEffectBytes: 256 * 1024 * 1024,
} as const
