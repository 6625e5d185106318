"""Plays a conversation with a program on a pseudo-terminal.

Reads JSON from the standard input: {"command": [...], "steps": [{"expect": TEXT, "send": TEXT}, ...], "limit": SECONDS}.
Prints all that the program wrote. Ends with 1 when something that is expected does not come, else with what the program ends with.
"""
import json, os, pty, select, sys, time, fcntl, struct, termios, signal

play = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execvp(play["command"][0], play["command"])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, play.get("width", 120), 0, 0))
seen, told = "", ""
end = time.monotonic() + play["limit"]


def read(wait):
    global seen, told
    if select.select([terminal], [], [], wait)[0]:
        try:
            data = os.read(terminal, 65536).decode("utf-8", "replace")
        except OSError:
            data = ""
        # A terminal is asked where its cursor stands.
        if "\x1b[6n" in data:
            os.write(terminal, b"\x1b[1;1R")
        seen, told = seen + data, told + data
        return data != ""
    return True


code = 0
for step in play["steps"]:
    while step["expect"] not in seen:
        if time.monotonic() > end or not read(0.1):
            print(told)
            print("MISSING: " + step["expect"])
            os.kill(pid, signal.SIGKILL)
            sys.exit(1)
    seen = seen[seen.index(step["expect"]) + len(step["expect"]):]
    os.write(terminal, step.get("send", "").encode())
while time.monotonic() < end and read(0.1):
    done, status = os.waitpid(pid, os.WNOHANG)
    if done:
        read(0.1)
        break
else:
    done, status = os.waitpid(pid, 0)
print(told)
sys.exit(os.waitstatus_to_exitcode(status))
