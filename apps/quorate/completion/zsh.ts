/** The script for zsh: to be sourced, or put as `_quorate` into a folder of `fpath`. */

export const ZSH = String.raw`#compdef quorate
# Completion of quorate for zsh; made by: quorate completion zsh
_quorate() {
  local quorate=${'$'}{(Q)words[1]} kind value about
  local -a typed plain open files folders
  whence -p -- "$quorate" >/dev/null || quorate=node_modules/.bin/quorate
  typed=("${'$'}{(@Q)words[2,CURRENT-1]}" "${'$'}{(Q)PREFIX}")
  while IFS=$'\t' read -r kind value about; do
    case $kind in
      word) plain+=("${'$'}{value//:/\\:}${'$'}{about:+:$about}") ;;
      open) open+=("$value") ;;
      file) files+=("$value") ;;
      folder) folders+=("$value") ;;
    esac
  done < <("$quorate" __complete -- "${'$'}{typed[@]}" 2>/dev/null </dev/null)
  (( $#plain )) && _describe -t values quorate plain
  (( $#files )) && compadd -- "${'$'}{files[@]}"
  (( $#open + $#folders )) && compadd -S '' -- "${'$'}{open[@]}" "${'$'}{folders[@]}"
}
if [[ ${'$'}{funcstack[1]} == _quorate ]]; then _quorate "$@"; else compdef _quorate quorate; fi
`
