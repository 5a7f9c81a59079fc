/** The script for fish, 3.0 or later. */

/** Fish itself puts no blank after what ends with `/`, `=` or `:`. */
export const FISH = String.raw`# Completion of quorate for fish; made by: quorate completion fish
function __quorate_complete
    set -l typed (commandline -opc)
    set -l quorate $typed[1]
    set -e typed[1]
    # As the user typed it: without escapes and quotes it is what is meant; a tilde in them names a folder.
    set -l last (commandline -ct | string replace -r '^(["\'\\\\])~' './$1~')
    set last (string replace -ra '\\\\(.)|["\']' '$1' -- $last)
    set -q last[1]; or set last ''
    command -sq -- $quorate; or set quorate node_modules/.bin/quorate
    $quorate __complete -- $typed "$last" 2>/dev/null </dev/null | string replace -r '^\w+\t' ''
end
complete -c quorate -f -a '(__quorate_complete)'
`
