#!/bin/sh
# What somebody does first with an installed Eidetic; run as that user. Fails where it does not do what it should.
set -eu
cd "$HOME"
eidetic index photos
eidetic status
pictures=$(find photos -type f | wc -l)
test "$(eidetic search --limit 100 is:image | wc -l)" = "$pictures"
one=$(find photos -type f | sort | head -n 1)
eidetic similar "$one" | head -n 3
eidetic favourite "$one"
test "$(eidetic search is:favourite | wc -l)" = 1

# Killed while it indexes, it goes on the next time.
mkdir more
for number in 1 2 3 4 5 6 7 8; do
    cp "$one" "more/$number.png"
    printf '%s' "$number" >> "more/$number.png"
done
eidetic index more &
sleep 2
kill -9 $! 2>/dev/null || true
eidetic index more
test "$(eidetic search --limit 100 is:image | wc -l)" -ge "$pictures"
test "$(eidetic search is:favourite | wc -l)" = 1
eidetic-desktop --healthcheck
