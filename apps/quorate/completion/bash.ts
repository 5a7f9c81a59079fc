/** The script for bash, 4.0 or later. */

/**
 * Bash splits words at `=` and `:`, too, so it hands over the whole line, and takes back only what comes
 * after the last of them. The slash of a folder it puts itself, behind the end of a quote.
 */
export const BASH = String.raw`# Completion of quorate for bash; made by: quorate completion bash
_quorate() {
  local quorate=$1 line=${'$'}{COMP_LINE:0:COMP_POINT} typed before='' kind value about
  type -P -- "$quorate" >/dev/null || quorate=node_modules/.bin/quorate
  typed=${'$'}{line##*[[:space:]]}
  [[ $typed == *"$2" ]] && before=${'$'}{typed%"$2"}
  [[ $before == *[=:] ]] || before=''
  # There a tilde is the name of a folder.
  [[ $typed == [\"\'\\]'~'* ]] && line=${'$'}{line%"$typed"}./$typed
  COMPREPLY=()
  while IFS=$'\t' read -r kind value about; do
    [[ $value == "$before"* ]] || continue
    case $kind in
      open) compopt -o nospace ;;
      file) compopt -o filenames ;;
      folder) compopt -o filenames; value=${'$'}{value%/} ;;
    esac
    COMPREPLY+=("${'$'}{value#"$before"}")
  done < <("$quorate" __complete --line "$line" 2>/dev/null </dev/null)
}
complete -F _quorate quorate
`
