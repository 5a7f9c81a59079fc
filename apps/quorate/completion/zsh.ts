/** The script for zsh: to be sourced, or put as `_quorate` into a folder of `fpath`. */

/** A tilde that is a prefix of its own stays as it was typed; one in quotes names a folder `~`. */
export const ZSH = String.raw`#compdef quorate
# Completion of quorate for zsh; made by: quorate completion zsh
_quorate() {
  local quorate=${'$'}{(Q)words[1]} kind value about
  local -a typed plain open files folders home
  whence -p -- "$quorate" >/dev/null || quorate=node_modules/.bin/quorate
  typed=("${'$'}{(@Q)words[2,CURRENT-1]}" "${'$'}{(Q)PREFIX}")
  if [[ $typed[-1] == '~/'* ]]; then
    if [[ -n $QIPREFIX || $PREFIX != '~'* ]]; then typed[-1]=./$typed[-1]; else home=(-f -p '~/'); fi
  fi
  while IFS=$'\t' read -r kind value about; do
    case $kind in
      word) plain+=("${'$'}{value//:/\\:}${'$'}{about:+:$about}") ;;
      open) open+=("$value") ;;
      file) files+=("$value") ;;
      folder) folders+=("$value") ;;
    esac
  done < <("$quorate" __complete -- "${'$'}{typed[@]}" 2>/dev/null </dev/null)
  (( $#plain )) && _describe -t values quorate plain
  (( $#files )) && compadd "${'$'}{home[@]}" -- "${'$'}{files[@]#$home[3]}"
  open+=("${'$'}{folders[@]#$home[3]}")
  (( $#open )) && compadd -S '' "${'$'}{home[@]}" -- "${'$'}{open[@]}"
}
if [[ ${'$'}{funcstack[1]} == _quorate ]]; then _quorate "$@"; else compdef _quorate quorate; fi
`
