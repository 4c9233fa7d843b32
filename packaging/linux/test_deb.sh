#!/bin/sh
# Installs the .deb into a clean Debian root and uses it there: packaging/linux/test_deb.sh DEB [ROOT]
# Needs root (chroot, mount). ROOT is made with debootstrap when it is not there; it is kept, to be quick the next time.
set -eu
deb=$1
here=$(cd "$(dirname "$0")" && pwd)
root=${2:-$here/../../build/package/root}
suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\{0,1\}\([a-z]*:[^ ]*\) .*/\2/p; s/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list \
    /etc/apt/sources.list.d/* 2>/dev/null | head -n 1)

if [ ! -e "$root/.ready" ]; then
    rm -rf "$root"
    debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"}
    cp /etc/apt/sources.list "$root/etc/apt/" 2>/dev/null || true
    cp -a /etc/apt/sources.list.d /etc/apt/apt.conf.d "$root/etc/apt/" 2>/dev/null || true
    cp /etc/resolv.conf "$root/etc/" 2>/dev/null || true
    touch "$root/.ready"
fi
mount -t proc proc "$root/proc"
mount -t tmpfs shm "$root/dev/shm"
trap 'umount "$root/proc" "$root/dev/shm"' EXIT
inside() { chroot "$root" env -i HOME=/home/tester PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"; }
as_user() { inside setpriv --reuid=1000 --regid=1000 --clear-groups "$@"; }

echo "== install"
inside dpkg --purge eidetic >/dev/null 2>&1 || true
cp "$deb" "$root/tmp/eidetic.deb"
inside apt-get update -qq
inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends /tmp/eidetic.deb >/dev/null
inside id tester >/dev/null 2>&1 || inside useradd --create-home --uid 1000 tester
inside sh -c '! command -v python3' || echo "note: the clean root has a python3 of its own"

echo "== healthcheck"
as_user eidetic --healthcheck
as_user eidetic-desktop --healthcheck

echo "== the main job"
cp "$here/first_use.sh" "$root/tmp/"
rm -rf "$root/home/tester/photos" "$root/home/tester/.local"
mkdir -p "$root/home/tester/photos"
cp "$here"/../../docs/images/*.png "$root/home/tester/photos/"
chown -R 1000:1000 "$root/home/tester"
as_user sh /tmp/first_use.sh

echo "== the same version again, over the library; then removal"
inside dpkg --install /tmp/eidetic.deb >/dev/null
as_user sh -c 'test "$(eidetic search --limit 10 is:favourite | wc -l)" = 1'
inside dpkg --purge eidetic >/dev/null
left=$(inside find /usr /etc /var/lib -name '*eidetic*' -not -path '/var/lib/dpkg/*' -not -path '/var/lib/apt/*')
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
test -s "$root/home/tester/.local/share/eidetic/catalog.sqlite"
echo "1 passed, 0 failed"
