#!/usr/bin/env bash
# Unpacks the envfence that this very commit was made for into RUNNER_TEMP; its path is the output `binary`. An archive
# counts only if its SHA-256 stands in checksums.txt, wherever it comes from. No token is read or sent.
set -euo pipefail
fail() { # one annotation: what is wrong, where, what to do
    local text=${*//[%]/%25} && text=${text//[$'\r\n']/ }
    echo "::error title=envfence was not installed::$text" && exit 2
}
sha256() { if command -v sha256sum >/dev/null; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi; }
verified() { [ -f "$archive" ] && found=$(sha256 "$archive") && [ "${found%% *}" = "$expected" ]; }

given=${ENVFENCE_INPUT_BINARY_PATH:-}
if [ -n "$given" ]; then
    { [ -f "$given" ] && [ -x "$given" ]; } || fail "binary-path: there is no program at $given, seen from $PWD"
    echo "binary=$(cd "$(dirname "$given")" && pwd)/$(basename "$given")" >>"$GITHUB_OUTPUT" && exit 0
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
line=$'(^|\n)version = "([^"]+)"' && [[ $(<"$here/Cargo.toml") =~ $line ]]
version=${ENVFENCE_INPUT_VERSION:-${BASH_REMATCH[2]}} version=${version#v} os=${RUNNER_OS:-$(uname -s)}
case $os/${RUNNER_ARCH:-$(uname -m)} in
    Linux/X64 | Linux/x86_64) target=x86_64-unknown-linux-musl ;;
    Linux/ARM64 | Linux/aarch64) target=aarch64-unknown-linux-musl ;;
    macOS/X64 | Darwin/x86_64) target=x86_64-apple-darwin ;;
    macOS/ARM64 | Darwin/arm64) target=aarch64-apple-darwin ;;
    Windows/*64 | MINGW*/*64 | MSYS*/*64) target=x86_64-pc-windows-msvc ;; # which Windows on ARM runs, too
    *) fail "there is no binary for $os on ${RUNNER_ARCH:-$(uname -m)}: build one, and name it with binary-path" ;;
esac
archive=envfence-$version-$target.tar.gz program=envfence$([[ $target != *windows* ]] || echo .exe) expected=
while read -r sum name; do [ "$name" != "$archive" ] || expected=$sum; done <"$here/checksums.txt"
[ -n "$expected" ] || fail "$archive is not in checksums.txt of this commit of the action, so nothing can tell whether" \
    "it is the right one: use the commit of a release, a version that it knows, or the input binary-path"
repository=${ENVFENCE_ACTION_REPOSITORY:-$GITHUB_REPOSITORY} # `uses: ./` has none of its own
url=${ENVFENCE_INPUT_DOWNLOAD_URL:-https://github.com/$repository/releases/download/v$version}
mkdir -p "$RUNNER_TEMP/envfence-$version" && cd "$RUNNER_TEMP/envfence-$version" # tar takes D: in a name for a host
verified || curl -fsSL --proto '=https,http,file' --tlsv1.2 --connect-timeout 15 --max-time 300 --retry 3 \
    --retry-connrefused -o "$archive" "${url%/}/$archive" || fail "$archive cannot be had from $url (the reason is in" \
    "the log above): a mirror goes into the input download-url, a proxy into HTTPS_PROXY, a CA into SSL_CERT_FILE"
verified || fail "$archive from $url is not what was released: its SHA-256 is ${found%% *}, checksums.txt has" \
    "$expected; nothing of it was run: find out what stands between this runner and the release"
tar -xzf "$archive" "$program" && echo "binary=$PWD/$program" >>"$GITHUB_OUTPUT"
