#!/bin/sh
# Installs what the fault tests need on Debian: XFS and ext4 tools for the power-cut rig, strace for failing disks, tmux for
# what a person sees at a terminal; Chromium for the verifier web page; nginx and Go, which serve and read a published log (nginx and openssl are also the servers whose TLS is refused); SoftHSM
# and OpenSC, for keys in tokens; and,
# on any system, two chain nodes of other makers (Hardhat, ganache), two trees of other makers (hypercore, merkletreejs) and the
# contracts that npm carries: Origin release B and the issuer; and the libraries, nodes and clients of others in test/counterparts
# that come from npm, which a test would install else.
# Tests that miss a tool skip themselves and say so.
set -u

# Chain nodes of other makers, outside of node_modules: they weigh more than all the rest together.
tools=${ENERGYWEB_TEST_TOOLS:-$HOME/.cache/energyweb/test-tools}
if ! ls -d "$tools/node_modules/hardhat" "$tools/node_modules/ganache" "$tools/node_modules/hypercore" "$tools/node_modules/merkletreejs" >/dev/null 2>&1; then
  mkdir -p "$tools" &&
    npm install --prefix "$tools" --ignore-scripts --no-audit --no-fund hardhat@2.29.1 ganache@7.9.2 hypercore@11.39.5 merkletreejs@0.6.0 ||
    echo "!!! Could not install Hardhat, ganache, hypercore and merkletreejs: nothing is compared with them." >&2
fi

node "$(dirname "$0")/install-contracts.js" "$tools" ||
  echo "!!! Not all contracts of other makers are here: ledgers are not tested against the real ones." >&2

node "$(dirname "$0")/install-counterparts.js" ||
  echo "!!! Not all counterparts are here: the tests that need one try to install it themselves." >&2

# Prometheus, unpacked and not installed: its package would start a service. What reads our metrics and alert rules in tests.
if ! command -v promtool >/dev/null 2>&1 && [ ! -x "$tools/prometheus/usr/bin/promtool" ] && command -v apt-get >/dev/null 2>&1; then
  download=$(mktemp -d) &&
    (cd "$download" && apt-get download -q prometheus && mkdir -p "$tools/prometheus" && dpkg -x prometheus_*.deb "$tools/prometheus") ||
    echo "!!! Could not fetch Debian's prometheus: metrics and alert rules are not tried with it (apt-get update?)." >&2
  rm -rf "$download"
fi

# syslog-ng with the libraries that it brings, unpacked too: installed, it would take the system's log over, and rsyslog's place.
if [ ! -x "$tools/syslog-ng/usr/sbin/syslog-ng" ] && command -v apt-get >/dev/null 2>&1; then
  download=$(mktemp -d) &&
    (cd "$download" && apt-get download -q syslog-ng-core libivykis0 libjson-c5 libnet1 libpcre3 libwrap0 && mkdir -p "$tools/syslog-ng" &&
      for package in *.deb; do dpkg -x "$package" "$tools/syslog-ng" || exit 1; done) ||
    echo "!!! Could not fetch Debian's syslog-ng: syslog is tried with rsyslog alone (apt-get update?)." >&2
  rm -rf "$download"
fi

packages=''
command -v mkfs.xfs >/dev/null 2>&1 || packages="$packages xfsprogs"
command -v mkfs.ext4 >/dev/null 2>&1 || packages="$packages e2fsprogs"
command -v strace >/dev/null 2>&1 || packages="$packages strace"
command -v tmux >/dev/null 2>&1 || packages="$packages tmux"
command -v mount >/dev/null 2>&1 || packages="$packages mount"
command -v systemd-analyze >/dev/null 2>&1 && command -v systemd-notify >/dev/null 2>&1 || packages="$packages systemd"
command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || packages="$packages chromium"
command -v rsyslogd >/dev/null 2>&1 && ls /usr/lib/*/rsyslog/lmnsd_gtls.so >/dev/null 2>&1 || packages="$packages rsyslog rsyslog-gnutls"
command -v ip >/dev/null 2>&1 || packages="$packages iproute2"
command -v unshare >/dev/null 2>&1 || packages="$packages util-linux"
command -v python3 >/dev/null 2>&1 || packages="$packages python3"
command -v openssl >/dev/null 2>&1 || packages="$packages openssl"
command -v softhsm2-util >/dev/null 2>&1 || packages="$packages softhsm2"
command -v pkcs11-tool >/dev/null 2>&1 || packages="$packages opensc"
command -v nginx >/dev/null 2>&1 || packages="$packages nginx-light"
command -v swtpm >/dev/null 2>&1 || packages="$packages swtpm"
ls /usr/lib/*/pkcs11/libtpm2_pkcs11.so >/dev/null 2>&1 || packages="$packages libtpm2-pkcs11-1"
command -v tpm2_unseal >/dev/null 2>&1 || packages="$packages tpm2-tools"
command -v go >/dev/null 2>&1 || packages="$packages golang-go"
[ -d /usr/share/gocode/src/golang.org/x/mod ] || packages="$packages golang-golang-x-mod-dev"
if [ -z "$packages" ]; then
  echo 'All test tools are here.'
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "!!! Not installed:$packages. Some fault tests will be skipped." >&2
  echo "!!! As root on Debian or Ubuntu: apt-get install$packages" >&2
  exit 0
fi
apt-get update -q && apt-get install -q -y --no-install-recommends $packages && exit 0
echo "!!! Could not install$packages. Some fault tests will be skipped." >&2
exit 0
