_spinet()
{
    local line=${COMP_LINE:0:COMP_POINT} words=() current= before= command= word after= values key program
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] || { current=${words[-1]} && unset 'words[-1]'; }
    COMPREPLY=() program=${words[0]}
    for word in "${words[@]:1}"; do
        if [ -z "$command" ]; then command=$word; fi
        before=$word
    done
    if [ -z "$command" ]; then
        COMPREPLY=($(compgen -W "$_spinet_commands --help --version" -- "$current"))
        return
    fi
    if [[ $current == --*=* ]]; then
        before=${current%%=*} after=${before}= current=${current#*=}
    fi
    if [[ $before == -* ]]; then
        values=$(_spinet_values "$command" "$before")
    fi
    case $values in
    '') ;;
    PARAMETER)
        if [[ $current == *=* ]]; then
            key=${current%%=*}
            COMPREPLY=($(compgen -P "$key=" -W "$(_spinet_parameter_values "$key")" -- "${current#*=}"))
        else
            COMPREPLY=($(compgen -S = -W "$_spinet_parameters" -- "$current"))
            compopt -o nospace 2>/dev/null
        fi
        ;;
    FILE | FOLDER)
        _spinet_complete_names "$current" "$values"
        ;;
    ANY) ;;
    *) COMPREPLY=($(compgen -W "$values" -- "$current")) ;;
    esac
    if [ -z "$values" ]; then
        if [[ $current == -* ]]; then
            COMPREPLY=($(compgen -W "$(_spinet_options "$command") --help" -- "$current"))
        else
            _spinet_complete_names "$current" FILE
            [[ $command != experiment && $command != sweep ]] ||
                while read -r word _; do
                    [[ $word != "$current"* ]] || COMPREPLY+=("$word")
                done < <("$program" experiments 2>/dev/null)
        fi
    fi
    # bash replaces only what stands behind the last "="
    if [[ $COMP_WORDBREAKS == *=* && $current == *=* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*=}"}"}")
    elif [[ $COMP_WORDBREAKS != *=* && -n $after ]]; then
        COMPREPLY=("${COMPREPLY[@]/#/$after}")
    fi
}

_spinet_complete_names()
{
    local IFS=$'\n' action=-f
    [ "$2" = FILE ] || action=-d
    COMPREPLY=($(compgen $action -- "$1"))
    compopt -o filenames 2>/dev/null
}

complete -F _spinet spinet
