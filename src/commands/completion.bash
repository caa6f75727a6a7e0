# Completion of spinet for bash, made by `spinet completion`: spinet's own help says what there is.

# Calls "$1" with what a line of the help of an option has: "--name", "-letter" or nothing, its value or nothing.
_spinet_each_option()
{
    local line
    while IFS= read -r line; do
        [[ ! $line =~ ^\ \ (-([a-z]),\ |\ {4})--([a-z0-9-]+)(\ ([^ ]+))?($|\ \ ) ]] ||
            "$1" "--${BASH_REMATCH[3]}" "${BASH_REMATCH[2]:+-${BASH_REMATCH[2]}}" "${BASH_REMATCH[5]}"
    done < <("$program" "$command" --help 2>/dev/null)
}

_spinet_add_name()
{
    names+=" $1"
}

# What may follow the option $before: FILE, FOLDER, PARAMETER, ANY, or all values that there are.
_spinet_add_values()
{
    [[ $before == "$1" || $before == "$2" ]] || return 0
    case $3 in
    GROUP.KEY=VALUE) values=PARAMETER ;;
    DIR) values=FOLDER ;;
    '' | *=*\|* | *\|*…* | *..*) values=${3:+ANY} ;;
    *\|*) values=${3//|/ } ;;
    *FILE* | *.*) values=FILE ;;
    *) values=ANY ;;
    esac
}

# Completes "group.key" or, behind it, the values of that parameter if they are listed: "[a|b]".
_spinet_complete_parameter()
{
    local line key keys=() list= choice='\[([^]=[]+\|[^]=[]+)\]'
    while IFS= read -r line; do
        if [[ $line =~ ^\ \ ([a-z_0-9]+\.[a-z_0-9]+)\ = ]]; then
            key=${BASH_REMATCH[1]} && keys+=("$key")
        elif [[ $1 == "$key="* && $line =~ $choice && $line != *…* ]]; then
            list=${BASH_REMATCH[1]//|/ }
        fi
    done < <("$program" params 2>/dev/null)
    if [[ $1 == *=* ]]; then
        COMPREPLY=($(compgen -P "${1%%=*}=" -W "$list" -- "${1#*=}"))
    else
        COMPREPLY=($(compgen -S = -W "${keys[*]}" -- "$1"))
        compopt -o nospace 2>/dev/null
    fi
}

# The first words of what a command prints that match the pattern.
_spinet_first_words()
{
    local line
    while IFS= read -r line; do
        [[ ! $line =~ $1 ]] || echo "${BASH_REMATCH[1]}"
    done < <("$program" "$2" 2>/dev/null)
}

_spinet_complete_names()
{
    local IFS=$'\n' action=-f
    [ "$2" = FILE ] || action=-d
    COMPREPLY=($(compgen $action -- "$1"))
    compopt -o filenames 2>/dev/null
}

_spinet()
{
    local line=${COMP_LINE:0:COMP_POINT} words=() current= before= command= word after= values= names= program
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] || { current=${words[-1]} && unset 'words[-1]'; }
    COMPREPLY=() program=${words[0]/#~\//$HOME/} # bash hands over "~/spinet" as it was typed
    for word in "${words[@]:1}"; do
        if [ -z "$command" ]; then command=$word; fi
        before=$word
    done
    if [ -z "$command" ]; then
        COMPREPLY=($(compgen -W "$(_spinet_first_words '^  ([a-z]+) ' --help) --help --version" -- "$current"))
        return
    fi
    if [[ $current == --*=* ]]; then
        before=${current%%=*} after=${before}= current=${current#*=}
    fi
    [[ $before != -* ]] || _spinet_each_option _spinet_add_values
    case $values in
    PARAMETER) _spinet_complete_parameter "$current" ;;
    FILE | FOLDER) _spinet_complete_names "$current" "$values" ;;
    ANY) ;;
    '')
        if [[ $current == -* ]]; then
            _spinet_each_option _spinet_add_name
            COMPREPLY=($(compgen -W "$names" -- "$current"))
        else
            _spinet_complete_names "$current" FILE
            [[ $command != experiment && $command != sweep ]] ||
                COMPREPLY+=($(compgen -W "$(_spinet_first_words '^([^ ]+) ' experiments)" -- "$current"))
        fi
        ;;
    *) COMPREPLY=($(compgen -W "$values" -- "$current")) ;;
    esac
    # bash replaces only what stands behind the last "="
    if [[ $COMP_WORDBREAKS == *=* && $current == *=* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*=}"}"}")
    elif [[ $COMP_WORDBREAKS != *=* && -n $after ]]; then
        COMPREPLY=("${COMPREPLY[@]/#/$after}")
    fi
}

complete -F _spinet spinet
