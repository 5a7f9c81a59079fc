/**
 * Every bound of the command line, with its reason. `docs/limits.md` lists them; a test holds the two equal.
 * Loads nothing.
 */
export const commandLimits = {
  /** Processes of each actor that one `quorate run` starts. */
  count: 1000,
  /** Milliseconds that loading an app file may take: one that awaits what never comes would else hang. */
  loadMs: 10_000,
  /** Files in the cache of compiled apps; more, and those that were used longest ago are removed. */
  cachedFiles: 256,
  /** Milliseconds for which a file of the cache that was used is not removed: somebody may load it. */
  cacheRestMs: 3_600_000,
  /** Milliseconds by which the time of change of a file may lag behind the clock. */
  fileTimeMs: 20,
  /** Bytes of a settings file. */
  settingsBytes: 16_384,
  /** Levels to which values of a settings file may be nested: the parser of YAML recurses. */
  settingsDepth: 32,
  /** Mistakes in one settings file that are told one by one. */
  settingsProblems: 20,
  /** Characters of one line that an actor prints or tells; a longer one is cut into several. */
  lineChars: 1_048_576,
  /** Bytes of events that wait in an actor for its launcher to read them; then lines are dropped. */
  waitingBytes: 1_048_576,
  /** Bytes of output that wait in the launcher for somebody to read them; then lines are left out. */
  unreadBytes: 16_777_216,
  /** Milliseconds for the last lines of an actor that ended, and of the launcher after a signal. */
  lastLinesMs: 500,
  /** Milliseconds within which signals are one: Ctrl-C in `npm start` comes from terminal and npm. */
  sameSignalMs: 150,
  /** Milliseconds after which an actor that was asked to stop, and does not, is killed: it may hang. */
  killMs: 2500,
  /** The same, when it was asked twice. */
  killAtOnceMs: 150,
  /** Seconds after which an actor that outlives a launcher that was killed is killed, too. */
  orphanS: 3,
  /** Milliseconds for which `quorate deploy` waits for the next that happens, before it asks again. */
  followMs: 10_000,
  /** Milliseconds between two looks of `quorate ps --watch`. */
  watchMs: 1000,
  /** Milliseconds that `quorate ps --wait` may ask for. */
  waitMs: 600_000,
  /** Times the quiet asked for that `ps` and `doctor` wait at most, however much news comes. */
  quietTimes: 10,
  /** Milliseconds without news after which the doctor's search for actors ends. */
  doctorQuietMs: 1000,
  /** The same on the interfaces that were not chosen. */
  doctorOthersQuietMs: 700,
  /** Milliseconds that the doctor gives one connection or round trip of its own. */
  doctorReachMs: 2000,
  /** Milliseconds that one probe of the doctor may take in all. */
  doctorProbeMs: 20_000,
  /** Findings of one kind that the doctor tells one by one. */
  doctorFindings: 50,
  /** Events since the last line of the console, for one that waits; of more the oldest are forgotten. */
  pastEvents: 1000,
  /** Milliseconds that the completion of a word may take: somebody waits at the keyboard. */
  completeMs: 3000,
  /** Candidates that are handed to a shell: nobody reads more. */
  candidates: 1000,
  /** Bytes of a recording unless told otherwise. */
  recordingBytes: 1_073_741_824,
  /** Bytes that a recording must be allowed: its first lines take some hundreds. */
  recordingBytesMin: 512,
  /** Types of messages in one recording. */
  recordedTypes: 1000,
  /** Bytes of one line of a recording: the longest message, 64 MiB of bytes in base64, takes 86 MiB. */
  recordedLineBytes: 100_663_296,
  /** Pub ports that `quorate record` names where none is what was asked for. */
  portsTold: 10,
  /** Apps that `quorate ps` and `groups` name where none of them is the one that was asked for. */
  appsTold: 10,
  /** Milliseconds between two times that `quorate record` and `replay` tell how far they are. */
  progressMs: 1000,
  /** Messages that `quorate replay` publishes before the event loop gets a turn. */
  replayedPerTurn: 256,
  /** Times as fast as it was recorded that `quorate replay --speed` goes. */
  replaySpeed: 1_000_000,
  /** Agents and hubs that one `quorate top` asks. */
  topServers: 100,
  /** Agents that `quorate agents` is told of one by one. */
  namedAgents: 256,
  /** Milliseconds from look to look of `quorate top`, at least and at most. */
  topMinMs: 200,
  topMaxMs: 3_600_000,
  /** Milliseconds that an agent or a hub has to answer `quorate top`, and bytes of its answer. */
  topAnswerMs: 5000,
  topAnswerBytes: 67_108_864,
  /** Bytes of a model or a deployment of RIAPS, or of a file beside it; those of people have thousands. */
  modelBytes: 1_048_576,
  /** Mistakes in a model that are told one by one. */
  modelProblems: 20,
  /** Levels to which structs of Cap'n Proto are read: the reader recurses. */
  capnpDepth: 32,
  /** Files of Cap'n Proto beside a model that are looked at. */
  capnpFiles: 32,
  /** Columns of a line of code that `quorate import` writes. */
  generatedColumns: 110,
} as const
