#!/usr/bin/env bash
# Makes a film of still pictures, spoken lines and music with ffmpeg alone, as such scripts are
# usually written. It is what the benchmark measures our films against.
#
#   film.sh FOLDER
#
# FOLDER holds
#   shots.tsv  picture, frames, frames of the dissolve into the next shot (0: a cut), and zoompan's
#              expressions for zoom, x and y
#   lines.tsv  sound file, milliseconds at which it begins
#   music.wav  plays under all of it, again and again
# and takes film.mp4. FFMPEG, WIDTH, HEIGHT and FPS come from the environment.
set -euo pipefail
cd "$1"

encode=(-c:v libx264 -preset veryfast -crf 18 -pix_fmt yuv420p)
calculated() { awk "BEGIN { printf \"%.6f\", $1 }"; }
run() { "$FFMPEG" -nostdin -hide_banner -loglevel error -y "$@"; }

# zoompan rounds the corner of what it shows to whole pixels of the picture that it is given. In one
# that is four times as large, that is a quarter of a pixel.
moving() { # number of the input, frames, zoom, x, y
    printf %s "[$1:v]scale=$((4 * WIDTH)):$((4 * HEIGHT)):out_color_matrix=bt709,format=yuv420p," \
        "zoompan=z='$3':x='$4':y='$5':d=$2:s=${WIDTH}x${HEIGHT}:fps=$FPS,setsar=1[shot$1];"
}

# Shots up to the next cut become one clip: dissolves need both of their shots in one command.
total=0
inputs=() graph= joined= shots=0 length=0
true > clips.txt
while IFS=$'\t' read -r picture frames overlap zoom x y; do
    inputs+=(-i "$picture")
    graph+=$(moving $shots "$frames" "$zoom" "$x" "$y")
    if ((shots == 0)); then
        joined=shot0 length=$frames
    else
        offset=$(calculated "($length - $before) / $FPS")
        seconds=$(calculated "$before / $FPS")
        graph+="[$joined][shot$shots]xfade=transition=fade:duration=$seconds:offset=$offset"
        joined=joined$shots length=$((length + frames - before))
        graph+="[$joined];"
    fi
    before=$overlap shots=$((shots + 1))
    if ((overlap == 0)); then
        clip=clip_$(printf %03d "$total").mp4
        run "${inputs[@]}" -filter_complex "${graph%;}" -map "[$joined]" "${encode[@]}" "$clip"
        echo "file '$clip'" >> clips.txt
        total=$((total + length))
        inputs=() graph= shots=0
    fi
done < shots.tsv

# The lines at their places over the music, at the loudness that is asked for.
seconds=$(calculated "$total / $FPS")
inputs=(-stream_loop -1 -i music.wav)
graph="[1:a]atrim=0:$seconds,volume=0.15[music];"
voices="[music]" sounds=1
while IFS=$'\t' read -r sound begin; do
    inputs+=(-i "$sound")
    graph+="[$((sounds + 1)):a]adelay=$begin:all=1[line$sounds];"
    voices+="[line$sounds]" sounds=$((sounds + 1))
done < lines.tsv
graph+="${voices}amix=inputs=$sounds:duration=first:normalize=0,"
graph+="loudnorm=I=-16:TP=-1:LRA=11,aresample=48000[sound]"

run -f concat -safe 0 -i clips.txt "${inputs[@]}" -filter_complex "$graph" \
    -map 0:v -c:v copy -map "[sound]" -c:a aac -b:a 192k -movflags +faststart film.mp4
