#!/bin/sh
# Signs Eidetic.app, makes a dmg of it and has it notarised: packaging/macos/build_dmg.sh APP OUT
# SIGN_IDENTITY: of a Developer ID certificate in the keychain; without it the app is signed ad hoc, and not notarised.
# NOTARY_PROFILE: a profile that `xcrun notarytool store-credentials` made.
set -eu
app=$1 out=$2
here=$(cd "$(dirname "$0")" && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$here/../../pyproject.toml")
identity=${SIGN_IDENTITY:--}

# From the inside out: a signature covers what it finds signed.
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
    xargs -0 -n 50 codesign --force --timestamp --options runtime --sign "$identity"
codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" --sign "$identity" "$app"
codesign --verify --deep --strict "$app"

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
image="$out/Eidetic-$version.dmg"
hdiutil create -volname Eidetic -srcfolder "$stage" -ov -format ULFO "$image"
if [ "$identity" != - ]; then
    codesign --force --timestamp --sign "$identity" "$image"
    xcrun notarytool submit "$image" --keychain-profile "${NOTARY_PROFILE:?}" --wait
    xcrun stapler staple "$image"
fi
