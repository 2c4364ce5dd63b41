# SPDX-License-Identifier: MIT
"""Draws the bench's two pictures side by side into one SVG, by gnuplot."""

import subprocess

SCRIPT = """
set terminal svg size 900,420 font "sans-serif,13" background rgb "white"
set output "{path}"
set multiplot layout 1,2
set style fill solid 0.85 noborder
unset key
set border 3
set xtics nomirror rotate by -35
set ytics nomirror
set grid ytics lc rgb "#dddddd"

set title "Requests a second, against bare libcurl"
set yrange [0:*]
set boxwidth 0.7
$rates << EOD
{rates}
EOD
plot $rates using 0:2:3:xtic(1) with boxes lc rgb variable, \\
     $rates using 0:2:4 with labels offset 0,0.7 notitle

set title "Peak memory of ovrmnd, MB"
set xlabel "items"
set logscale x 10
set format x "10^{{%L}}"
set xtics norotate
set xrange [500:2000000]
set yrange [0:{top}]
$memory << EOD
{memory}
EOD
plot $memory using 1:2 with linespoints lw 2 pt 7 lc rgb "#2060a0", \\
     $memory using 1:2:2 with labels offset 0,1 notitle
unset multiplot
"""


def draw(path, rates, memory):
    """`rates`: name -> ratio to bare libcurl; `memory`: items -> MB."""
    def row(name, ratio):
        colour = 0x2060A0 if name.startswith("ovrmnd") else 0xA0A0A0
        return f'"{name}" {ratio:.4f} {colour} "{ratio:.2f}"'
    rows = "\n".join(row(*pair) for pair in rates.items())
    lines = "\n".join(f"{items} {mb:.1f}" for items, mb in memory.items())
    subprocess.run(["gnuplot"], check=True, text=True,
                   input=SCRIPT.format(path=path, rates=rows, memory=lines,
                                       top=1.5 * max(memory.values())))
