/** The programs in Python that stand for those of auto-trainer-api, and what is sent to try them. */
import { fileURLToPath } from 'node:url'

/** The path of one of `programs/`. */
export function pythonProgram(file: string): string {
  return fileURLToPath(new URL(`./programs/${file}`, import.meta.url))
}

/** Seconds between two heartbeats: tests wait for one to know that they are heard. */
export const HEARTBEAT_S = 0.05

/** What survives no function for names: blanks, capitals, signs, accents, escapes. */
export const DELICATE = {
  animalId: 'Mouse 12 A-B_c',
  when: '2024-01-02T03:04:05Z',
  list: [-1, 1e-7, -2.5e-300, 12_345_678_901, true, null, ''],
  text: 'ÄÖ 猫 🐭 "quoted" \\ /x-y_z\n\t\u0001',
  deep: { a: [{ b: 'URL maxURL' }] },
}
