# Sourced. Throw-away PostgreSQL and MariaDB servers on free loopback ports: start_databases sets POSTGRES_URL and MARIADB_URL,
# stop_databases ends both and removes their files.

# Debian keeps PostgreSQL's programs off the PATH.
find_postgres() {
    local folder
    for folder in /usr/lib/postgresql/*/bin; do
        if [ -x "$folder/initdb" ]; then
            echo "$folder"
            return
        fi
    done
    return 1
}

free_port() {
    "$first" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Both servers refuse to run as root. setpriv becomes the program it starts, so that $! is the server's own id.
as() {
    local user=$1
    shift
    if [ "$(id -u)" = 0 ]; then
        exec setpriv --reuid="$user" --regid="$user" --clear-groups "$@"
    fi
    exec "$@"
}

wait_for() { # wait_for NAME LOG COMMAND...: until the command succeeds, one minute at most
    local name=$1 log=$2 tries
    shift 2
    for tries in $(seq 120); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.5
    done
    echo "$name did not start:" >&2
    tail -20 "$log" >&2
    return 1
}

start_databases() {
    databases=$(mktemp -d /tmp/westmec-databases.XXXXXX)
    trap stop_databases EXIT
    chmod 755 "$databases"
    start_postgres
    start_mariadb
}

start_postgres() {
    local bin port folder=$databases/postgres
    bin=$(find_postgres)
    port=$(free_port)
    install -d -m 700 "$folder"
    [ "$(id -u)" != 0 ] || chown postgres: "$folder"
    (cd "$folder" && as postgres "$bin/initdb" -D "$folder/data" -U westmec --auth=trust -E UTF8 --locale=C.UTF-8) >/dev/null
    (cd "$folder" && as postgres "$bin/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories="$folder" -c fsync=off) >"$databases/postgres.log" 2>&1 &
    postgres_pid=$!
    wait_for PostgreSQL "$databases/postgres.log" "$bin/pg_isready" -h 127.0.0.1 -p "$port"
    POSTGRES_URL=postgres://westmec@127.0.0.1:$port/westmec
}

start_mariadb() {
    local port folder=$databases/mariadb
    port=$(free_port)
    install -d -m 700 "$folder"
    [ "$(id -u)" != 0 ] || chown mysql: "$folder"
    (cd "$folder" && as mysql mariadb-install-db --no-defaults --datadir="$folder/data" --skip-test-db \
        --auth-root-authentication-method=normal) >"$databases/mariadb.log" 2>&1
    (cd "$folder" && as mysql mariadbd --no-defaults --datadir="$folder/data" --socket="$folder/socket" --port="$port" \
        --bind-address=127.0.0.1 --innodb-flush-log-at-trx-commit=0 --character-set-server=utf8mb4) >"$databases/mariadb.log" 2>&1 &
    mariadb_pid=$!
    wait_for MariaDB "$databases/mariadb.log" mariadb-admin --no-defaults --socket="$folder/socket" -u root ping
    mariadb --no-defaults --socket="$folder/socket" -u root \
        -e "CREATE USER westmec@'%' IDENTIFIED BY 'westmec'; GRANT ALL ON *.* TO westmec@'%'"
    MARIADB_URL=mysql://westmec:westmec@127.0.0.1:$port/westmec
}

stop_databases() {
    local pid
    for pid in ${postgres_pid:-} ${mariadb_pid:-}; do
        kill -INT "$pid" 2>/dev/null || true
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "${databases:?}"
}
