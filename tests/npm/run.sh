#!/usr/bin/env bash
# A test that needs npm: run.sh FOLDER SCRIPT [ARGS…]. Installs package.json into FOLDER when it changed,
# then runs `node SCRIPT` with $ASSAY_NODE_MODULES. Exits with 77 (skipped) where Node or npm is missing,
# or nothing can be installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1
shift

skip() {
  echo "SKIPPED: $*"
  exit 77
}
command -v node >/dev/null || skip "node is not installed (apt-get install nodejs), so $(basename "$1") checked nothing"
command -v npm >/dev/null || skip "npm is not installed (apt-get install npm), so $(basename "$1") checked nothing"

mkdir -p "$folder"
exec 9>"$folder/lock" # tests run side by side
flock 9
if ! cmp -s "$here/package.json" "$folder/installed.json"; then
  cp "$here/package.json" "$folder/package.json"
  timeout 240 npm install --prefix "$folder" --no-audit --no-fund --no-package-lock >"$folder/npm.log" 2>&1 ||
    skip "npm could not install the packages of tests/npm/package.json ($(tail -n 1 "$folder/npm.log"))"
  cp "$here/package.json" "$folder/installed.json"
fi
flock -u 9
export ASSAY_NODE_MODULES=$folder/node_modules
exec node "$here/$@"
