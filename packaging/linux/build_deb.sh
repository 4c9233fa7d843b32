#!/bin/sh
# Makes the Debian package of what packaging/build.py built: packaging/linux/build_deb.sh DIST OUT
set -eu
dist=$1 out=$2
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/pyproject.toml")
date=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}" +%Y-%m-%d)
arch=$(dpkg --print-architecture)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
umask 022

filled() { sed -e "s/@VERSION@/$version/" -e "s/@DATE@/$date/" "$1"; }
mkdir -p "$stage/DEBIAN" "$stage/usr/bin" "$stage/usr/lib" "$stage/usr/share/applications" "$stage/usr/share/metainfo" \
    "$stage/usr/share/icons/hicolor/scalable/apps" "$stage/usr/share/man/man1" "$stage/usr/share/doc/eidetic"
cp -a "$dist" "$stage/usr/lib/eidetic"
ln -s ../lib/eidetic/eidetic "$stage/usr/bin/eidetic"
ln -s ../lib/eidetic/eidetic-desktop "$stage/usr/bin/eidetic-desktop"
cp "$here/eidetic.desktop" "$stage/usr/share/applications/"
filled "$here/app.eidetic.Eidetic.metainfo.xml" > "$stage/usr/share/metainfo/app.eidetic.Eidetic.metainfo.xml"
cp "$root/resources/icons/eidetic.svg" "$stage/usr/share/icons/hicolor/scalable/apps/eidetic.svg"
filled "$here/eidetic.1" | gzip -9n > "$stage/usr/share/man/man1/eidetic.1.gz"
ln -s eidetic.1.gz "$stage/usr/share/man/man1/eidetic-desktop.1.gz"
{ cat "$root/LICENSE"; echo; echo "The licences of what is bundled stand in /usr/lib/eidetic/THIRD_PARTY_NOTICES.txt."; } \
    > "$stage/usr/share/doc/eidetic/copyright"
cp "$root/CHANGELOG.md" "$stage/usr/share/doc/eidetic/CHANGELOG.md"
cat > "$stage/DEBIAN/control" <<CONTROL
Package: eidetic
Version: $version
Architecture: $arch
Maintainer: The Eidetic developers <maintainers@eidetic.invalid>
Installed-Size: $(du -sk "$stage/usr" | cut -f1)
Section: graphics
Priority: optional
Depends: libc6 (>= 2.35), libstdc++6, libgomp1 | libc6, libegl1, libgl1, libxkbcommon0, libxkbcommon-x11-0, libdbus-1-3, libfontconfig1,
 libxcb-cursor0, libxcb-icccm4, libxcb-keysyms1, libxcb-shape0, libxcb-image0, libxcb-render-util0, libxcb-xinerama0,
 libx11-6, libxrandr2, libpulse0, fonts-dejavu-core | fonts-noto-core | fonts-liberation
Description: find photos by describing them, offline
 Point Eidetic at your photo folders. It indexes them in the background, and
 you find any photo by describing it in plain words, by showing a similar
 picture, or both. Nothing leaves your computer.
CONTROL
find "$stage" -type d -exec chmod 755 {} +
mkdir -p "$out"
dpkg-deb --root-owner-group -Zxz -z6 --build "$stage" "$out/eidetic_${version}_$arch.deb"
size=$(du -m "$out/eidetic_${version}_$arch.deb" | cut -f1)
echo "download: $size MB, budget 350"
[ "$size" -le 350 ]
