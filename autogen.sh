#!/bin/sh
# Makes ./configure from configure.ac; needed once in a fresh clone.
set -e
cd "$(dirname "$0")"
mkdir -p build-aux
exec autoreconf --force --install
