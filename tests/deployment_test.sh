#!/usr/bin/env bash
# The unit files under docs/ with the real systemd-analyze: deployment_test.sh SOURCE_DIR BIN_DIR.
# Exits with 77 (skipped) where systemd is not installed.
set -euo pipefail
source_dir=$1 bin_dir=$2

if ! command -v systemd-analyze >/dev/null; then
  echo "SKIPPED: systemd-analyze is not installed (apt-get install systemd), so the unit files are unchecked"
  exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# The program has to be there for the check; everything else stays as it is shipped.
for unit in "$source_dir"/docs/systemd/*; do
  sed "s|/usr/local/bin/assay|$bin_dir/assay|" "$unit" >"$scratch/$(basename "$unit")"
done
systemd-analyze verify --man=no "$scratch"/*.service "$scratch"/*.timer 2>"$scratch/said" || {
  cat "$scratch/said"
  exit 1
}
# Warnings about our own units fail too; the machine's other units are not ours to judge.
if grep -F "$scratch" "$scratch/said"; then exit 1; fi

# What the units run must be what the program accepts.
for unit in "$source_dir"/docs/systemd/*.service; do
  command=$(sed -n 's|^ExecStart=/usr/local/bin/assay ||p' "$unit" | cut -d' ' -f1)
  for option in $(grep '^ExecStart=' "$unit" | grep -o -- '--[a-z-]*'); do
    "$bin_dir/assay" "$command" --help | grep -q -- "$option" || {
      echo "$(basename "$unit"): assay $command has no option $option"
      exit 1
    }
  done
done
echo "unit files: clean"
