# Draws a data set: strokes that rise (class 1) and fall (class 2), white on black, 20x20 pixels, at
# random places. `gnuplot docs/examples/strokes.gp` makes strokes/train and strokes/test.
# SPDX-License-Identifier: GPL-3.0-or-later
set terminal png size 20,20 background rgb "black"
set margins 0, 0, 0, 0
unset key; unset tics; unset border
set xrange [0:20]; set yrange [0:20]
dummy = rand(7) # the same strokes every time
do for [part in "train test"] {
    do for [class = 1:2] {
        system sprintf("mkdir -p strokes/%s/%d", part, class)
        do for [i = 1:(part eq "train" ? 200 : 50)] {
            x = 6 + 8 * rand(0); y = 6 + 8 * rand(0)
            half = 4 + 2 * rand(0); slope = class == 1 ? 1 : -1
            set arrow 1 from x - half, y - slope * half to x + half, y + slope * half \
                nohead lw 2 lc rgb "white"
            set output sprintf("strokes/%s/%d/%03d.png", part, class, i)
            plot NaN
        }
    }
}
