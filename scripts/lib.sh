# Shell functions of the scripts in this directory: they install packages and build. POSIX sh.
# Source it with `. "$root/scripts/lib.sh"`, where $root is the directory of the project. All messages go to stderr.

# shellcheck shell=sh disable=SC2154

# Servers of Debian are outside the PATH of ordinary users; for build/tools see unpack_package.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/lib/systemd
PATH=$PATH:$root/build/tools/usr/bin:$root/build/tools/usr/sbin:$root/build/tools/lib/systemd

say() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
    say "$*"
    exit 1
}

# Prints the needs of a purpose: how to find each, its name, and its Debian package (or alternatives separated by "|",
# of which the first known one is used). Without a wanted one, tests are skipped.
list_needs() {
    case $1 in
    build) cat <<'END' ;;
command gcc gcc
header stdio.h libc6-dev
command make make
command autoconf autoconf
command automake automake
command pkg-config pkg-config|pkgconf
library libcares libc-ares-dev
library libmaxminddb libmaxminddb-dev
library jansson libjansson-dev
library inih libinih-dev
library libutf8proc libutf8proc-dev
library libidn2 libidn2-dev
file /usr/include/unistr.h libunistring-dev
library sqlite3 libsqlite3-dev
library zlib zlib1g-dev
library libcurl libcurl4-openssl-dev
library ncursesw libncurses-dev
END
    run) cat <<'END' ;;
command dnsmasq dnsmasq-base
command busybox busybox
unpacked rbldnsd rbldnsd
END
    test) cat <<'END' ;;
library cmocka libcmocka-dev
library yaml-0.1 libyaml-dev
command tmux tmux
command ip iproute2
wanted unbound unbound
command openssl openssl
wanted systemd-resolved systemd-resolved
wanted promtool prometheus
wanted chromium chromium
command ps procps
command strace strace
command rsync rsync
command python3 python3
command time time
file /usr/share/i18n/locales/de_DE locales
perl MaxMind::DB::Writer::Tree libmaxmind-db-writer-perl
command clang clang
command musl-gcc musl-tools
command zsh zsh
command fish fish
python jsonschema python3-jsonschema
command hunspell hunspell
file /usr/share/hunspell/en_GB.dic hunspell-en-gb
fuzzer clang libclang-rt-dev|libclang-rt-14-dev|libclang-common-14-dev
END
    package) cat <<'END' ;;
command dh debhelper
command lintian lintian
command mandoc mandoc
command mmdebstrap mmdebstrap
command rpmspec rpm
command ruby ruby
command shellcheck shellcheck
END
    *) die "no such purpose: $1" ;;
    esac
}

is_there() {
    case $1 in
    command | unpacked | wanted) command -v "$2" ;;
    header) echo "#include <$2>" | gcc -E - ;;
    library) pkg-config --exists "$2" ;;
    file) [ -e "$2" ] ;;
    perl) perl "-M$2" -e 1 ;;
    python) python3 -c "import $2" ;;
    fuzzer) echo 'int LLVMFuzzerTestOneInput(const char *b, long n) { return b && n < 0; }' |
        "$2" -fsanitize=fuzzer,address -x c - -o /dev/null ;;
    esac >/dev/null 2>&1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        say "needs root for: $*"
        sudo "$@"
    else
        die "not root and no sudo; run as root: $*"
    fi
}

# Stale lists make apt ask for files that no longer exist, see install_packages.
update_lists() {
    as_root apt-get -q update
}

known_package() {
    for candidate in $(echo "$1" | tr '|' ' '); do
        if apt-cache show "$candidate" >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    echo "${1%%|*}"
}

try_install() {
    packages=
    for need in "$@"; do
        packages="$packages $(known_package "$need")"
    done
    # shellcheck disable=SC2086 # package names, to be split
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        install --no-install-recommends $packages
}

# Unpacks a package below build/tools without installing it, because Debian's rbldnsd package opens UDP port 53 on all
# addresses through a systemd socket when it is installed and at each boot; unbound and prometheus listen, too, and
# systemd-resolved replaces resolv.conf. Installs the libraries that it needs, but those of web pages.
unpack_package() {
    tools=$root/build/tools
    mkdir -p "$tools" || return
    libraries=$(apt-cache depends "$1" | sed -n '/libjs-/d; s/^  Depends: \(lib[^ ]*\)$/\1/p')
    # shellcheck disable=SC2086 # package names, to be split
    dpkg -s $libraries >/dev/null 2>&1 || try_install $libraries || return
    work=$(mktemp -d "$tools/unpack.XXXXXX") || return
    (cd "$work" && apt-get -q -o APT::Sandbox::User="$(id -un)" download "$1" && dpkg -x ./*.deb new &&
        cp -R new/. "$tools")
    status=$?
    rm -rf "$work"
    return $status
}

# install_packages HOW PACKAGE...: HOW is try_install or unpack_package.
install_packages() {
    how=$1
    shift
    command -v apt-get >/dev/null || die "this is not Debian or Ubuntu; please install: $*"
    say "installing: $*"
    find /var/lib/apt/lists -name '*_Packages*' 2>/dev/null | grep -q . || update_lists
    "$how" "$@" || { update_lists && "$how" "$@"; } || die "cannot install $*"
} >&2

# need_packages PURPOSE...: installs the missing packages of these purposes (list_needs).
need_packages() {
    missing='' missing_unpacked='' missing_wanted=''
    for purpose in "$@"; do
        while read -r kind name package; do
            is_there "$kind" "$name" && continue
            case $kind in
            unpacked) missing_unpacked="$missing_unpacked $package" ;;
            wanted) missing_wanted="$missing_wanted $package" ;;
            *) missing="$missing $package" ;;
            esac
        done <<END
$(list_needs "$purpose")
END
    done
    # shellcheck disable=SC2086 # package names, to be split
    [ -z "$missing" ] || install_packages try_install $missing
    for package in $missing_unpacked; do
        install_packages unpack_package "$package"
    done
    for package in $missing_wanted; do
        (install_packages unpack_package "$package") || say "without $package its tests are skipped"
    done
}

# Shows how far the build in a directory is, until it is built: "building: 37 of 211 files".
show_progress() {
    compiled=0
    until [ -e "$1/built" ] || ! kill -0 $$ 2>/dev/null; do # or until the script was interrupted
        total=$(cat "$1/files" 2>/dev/null) && compiled=$(grep -c '^  CC ' "$1/build.log")
        if [ "${total:-0}" -gt 0 ]; then
            printf '\r%s: building: %s of %s files ' "${0##*/}" "$compiled" "$total"
        else
            printf '\r%s: preparing the build ' "${0##*/}"
        fi
        sleep 0.2
    done
    printf '\r%60s\r' ''
} >&2

# build_into DIR [CONFIGURE-ARGUMENT...]: builds the program outside the source tree, or updates an older build. Parallel
# builds wait for each other.
build_into() {
    dir=$1
    shift
    if [ -x "$dir/whylisted" ] && [ ! -w "$dir" ]; then
        return # another user's build, used as it is
    fi
    mkdir -p "$dir" || die "cannot build in $dir"
    [ ! -x "$dir/whylisted" ] || ! make -q -C "$dir" whylisted >/dev/null 2>&1 || return 0
    say "building in $dir"
    rm -f "$dir/files" "$dir/built"
    progress=
    if [ -t 2 ]; then
        show_progress "$dir" &
        progress=$!
    fi
    (
        ! command -v flock || flock 9
        [ -x "$root/configure" ] || "$root/autogen.sh" || exit
        cd "$dir" || exit
        [ -f Makefile ] || "$root/configure" -q "$@" || exit
        make -n whylisted 2>/dev/null | grep -c 'echo "  CC' >files
        make -s -j"$(nproc)"
    ) 9<"$root/configure.ac" >"$dir/build.log" 2>&1
    status=$?
    : >"$dir/built"
    [ -z "$progress" ] || wait "$progress"
    rm -f "$dir/files" "$dir/built"
    if [ $status -ne 0 ]; then
        tail -n 20 "$dir/build.log" >&2
        die "the build failed; see $dir/build.log"
    fi
}
