import type { DeclaredEntry } from './declarations.mjs'

export function pagesOf(entries: readonly DeclaredEntry[]): Map<string, string>
export function fileOf(name: string): string
