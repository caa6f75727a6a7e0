#!/bin/sh
# embed.sh FILE...: the files' texts as C: an array of {name without folder, text}, for report/vega.c, commands/manual.c and completion.c.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
for file in "$@"; do
    printf '    {"%s",\n' "${file##*/}"
    sed 's/\\/\\\\/g; s/"/\\"/g; s/?/\\?/g; s/.*/     "&\\n"/' "$file"
    echo '    },'
done
