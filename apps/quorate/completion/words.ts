/** The words of a command line as a shell would see them, of which the last is not finished. */

/**
 * Never throws: a quote that is open ends with the line. What a shell would replace stays as it is.
 * @returns one word at least; the last is '' after a blank.
 */
export function wordsOf(line: string): string[] {
  const words: string[] = []
  let text = ''
  let isWord = false
  // A quoted part, an escaped character, blanks, or any other character.
  for (const [part] of line.matchAll(/'[^']*'?|"(?:[^"\\]|\\.)*"?|\\.|\s+|./gsu)) {
    if (/^\s/.test(part)) {
      if (isWord) words.push(text)
      text = ''
      isWord = false
      continue
    }
    isWord = true
    if (part.startsWith("'")) text += part.replaceAll("'", '')
    else if (part.startsWith('"')) text += part.replace(/^"|(?<!\\)"$/g, '').replaceAll(/\\(["\\$`])/g, '$1')
    else text += part.startsWith('\\') && part.length > 1 ? part.slice(1) : part
  }
  return [...words, text]
}
