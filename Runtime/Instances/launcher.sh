# Runs one instance in a session of its own, and outlives the node that started it: notes who it is, keeps its output in files that
# do not grow for ever, and notes how it ended.
#   launcher.sh FOLDER LOG_KIB MEMORY_KIB OPEN_FILES CONTROL_GROUPS SEARCH_PATH COMMAND...     ("-" for what is not limited)
folder=$1 log=$2 memory=$3 files=$4 groups=$5 path=$6
shift 6
cd "$folder" || exit 125

mark() { # a process: its number, when it started, and the start of the machine that this counts from
  IFS= read -r stat <"/proc/$1/stat" || return 1
  id=$1
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  IFS= read -r boot </proc/sys/kernel/random/boot_id
  echo "$id ${20} $boot"
}

keep() { # a file and what stands in it, whole or not at all
  printf '%s\n' "$2" >"$1.new" && mv -f "$1.new" "$1"
}

shift_logs() {
  [ -s out.log ] || return 0
  [ -e out.1.log ] && mv -f out.1.log out.2.log
  mv -f out.log out.1.log
}

rm -f output
mkfifo output || exit 125
keep launcher "$(mark $$)"

# The output is cut by number of reads: a file holds at most LOG_KIB, and at least as many lines.
{
  trap '' TERM INT HUP
  while :; do
    shift_logs
    dd of=out.log bs=1024 count="$log" 2>/dev/null
    [ -s out.log ] || break
  done
} <output >/dev/null 2>&1 &

exec 3>output
trap : TERM INT HUP
(
  exec >&3 2>&3 3>&-
  [ "$groups" = - ] || for group in $groups; do echo 0 >"$group/cgroup.procs" || exit 126; done
  [ "$memory" = - ] || ulimit -d "$memory" || exit 126
  [ "$files" = - ] || ulimit -n "$files" || exit 126
  PATH=$path
  exec "$@"
) </dev/null &
main=$!
keep main "$(mark $main)"
echo started
exec >/dev/null 2>&1 3>&-

while :; do
  wait "$main"
  code=$?
  # A signal ends the wait and not what is waited for.
  kill -0 "$main" 2>/dev/null || break
done
keep exit "$code"
