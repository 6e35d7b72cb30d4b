# Runs a private PostgreSQL for as long as standard input is open, and leaves nothing behind. Says
# `ready DIRECTORY`, with its socket in the directory, or `missing`, or what went wrong.
# `$0` is this text, for running it again as a user whom PostgreSQL accepts.
PATH="$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)"
if ! command -v initdb >/dev/null || ! command -v pg_ctl >/dev/null; then
    echo missing
    exit
fi
if [ "$(id -u)" = 0 ]; then
    exec runuser -u postgres -- sh -c "$0" "$0"
fi

directory=$(mktemp -d) && cd "$directory" || exit
stop() {
    pg_ctl -D data -m immediate stop
    cd / && rm -rf "$directory"
} >/dev/null 2>&1
trap stop EXIT
trap exit HUP INT TERM

init() {
    initdb -D data -U postgres --auth=trust --encoding=UTF8 --no-sync --locale=C "$@"
}
start() {
    pg_ctl -D data -w start -o "-c listen_addresses='' -c unix_socket_directories='$directory' \
        -c max_connections=500 -c autovacuum=off -c max_wal_size=4GB -c checkpoint_timeout=1h \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
}
# Servers usually sort by a language's rules: here too, where the version can.
{ { init --locale-provider=icu --icu-locale=en-US || init; } && start; } >log 2>&1 </dev/null
if [ $? = 0 ]; then
    echo "ready $directory"
    # The end of the tests, whatever it was, ends this line.
    read -r _
else
    cat log
fi
