# Makes a data set: strokes that rise (class 1) and fall (class 2), bright on black, 20x20 pixels, at
# random places; one image a line, its class and then its pixels. The same for the same seed anywhere:
#     awk -v seed=7 -v n=200 -f docs/examples/strokes.awk >train.csv        n of each class
# SPDX-License-Identifier: GPL-3.0-or-later
function random() { # Park & Miller (1988): exact in doubles
    seed = seed * 16807 % 2147483647
    return seed / 2147483647
}
BEGIN {
    for (class = 1; class <= 2; class++)
        for (i = 1; i <= n; i++) {
            x = 6 + 8 * random(); y = 6 + 8 * random(); half = 4 + 2 * random()
            printf "%d", class
            for (row = 0; row < 20; row++)
                for (column = 0; column < 20; column++) {
                    right = column + 0.5 - x
                    up = class == 1 ? 19.5 - row - y : y - 19.5 + row
                    along = (right + up) / 2; across = (right - up) / sqrt(2)
                    light = 1.5 - (across < 0 ? -across : across) # fades at its edges
                    if (along < -half || along > half || light < 0) light = 0
                    printf ",%d", 255 * (light > 1 ? 1 : light)
                }
            print ""
        }
}
