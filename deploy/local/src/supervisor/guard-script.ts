/**
 * The wrapper every child runs under: a POSIX shell (about 1 MB) that holds a pipe from the parent as its stdin and ends its
 * child when that pipe closes. The kernel closes it however the parent dies, so `kill -9` of the parent leaves nothing
 * running. Arguments: seconds between SIGTERM and SIGKILL, then the command. The child's pid goes to fd 3, its exit code
 * becomes the wrapper's. A stopped child (SIGSTOP) is continued first, or it could never act on SIGTERM. The wrapper leads a
 * process group of its own; what the child left behind in it ends with it.
 */
export const GUARD_SCRIPT = `
grace=$1
shift
exec 4<&0
"$@" </dev/null 3>&- 4<&- &
child=$!
echo "$child" >&3
exec 3>&-
(
  while read -r _ <&4; do :; done
  kill -TERM "$child" 2>/dev/null
  kill -CONT "$child" 2>/dev/null
  ticks=0
  while kill -0 "$child" 2>/dev/null && [ "$ticks" -lt $((grace * 10)) ]; do sleep 0.1; ticks=$((ticks + 1)); done
  kill -KILL 0
) &
watcher=$!
exec 4<&-
trap '' INT TERM HUP
wait "$child"
code=$?
kill -KILL "$watcher" 2>/dev/null
kill -TERM 0 2>/dev/null
exit "$code"
`;
