#!/bin/sh
# Makes an AppImage of what packaging/build.py built: packaging/linux/build_appimage.sh DIST OUT
# An AppImage is a runtime (a small program that mounts what follows it) with a squashfs image behind it. The runtime is
# not on PyPI or in Debian: give its path in APPIMAGE_RUNTIME, from the releases of AppImage/type2-runtime.
set -eu
dist=$1 out=$2
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/pyproject.toml")
: "${APPIMAGE_RUNTIME:?set APPIMAGE_RUNTIME to the type 2 runtime}"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -a "$dist" "$stage/program"
cp "$here/eidetic.desktop" "$stage/eidetic.desktop"
cp "$root/resources/icons/eidetic.svg" "$stage/eidetic.svg"
cat > "$stage/AppRun" <<'RUN'
#!/bin/sh
# `eidetic` as the name, or as the first word, gives the command line; else the window opens.
here=$(dirname "$(readlink -f "$0")")
case "$(basename "${ARGV0:-$0}")" in eidetic) exec "$here/program/eidetic" "$@" ;; esac
if [ "${1:-}" = eidetic ]; then shift; exec "$here/program/eidetic" "$@"; fi
exec "$here/program/eidetic-desktop" "$@"
RUN
chmod 755 "$stage/AppRun"
mkdir -p "$out"
image="$out/Eidetic-$version-$(uname -m).AppImage"
mksquashfs "$stage" "$image.squashfs" -root-owned -noappend -comp zstd -quiet
cat "$APPIMAGE_RUNTIME" "$image.squashfs" > "$image"
rm "$image.squashfs"
chmod 755 "$image"
if command -v zsyncmake >/dev/null; then zsyncmake -q -u "$(basename "$image")" -o "$image.zsync" "$image"; fi
