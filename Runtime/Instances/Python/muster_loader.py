"""One instance of the runtime python: speaks with the node over a socket and gives each slot a process of its own.

This program itself runs no code of the user, so that it answers whatever that does: a slot that loops, exits, crashes or eats
its memory is replaced alone. Only the standard library is used.
"""

import collections
import json
import os
import selectors
import signal
import socket
import sys
import time
import traceback

import muster_slot

PROTOCOL = 1
READ = 256 * 1024
MOST_UNSENT = 1024 * 1024  # beyond this the slots wait until the node has read
MOST_KEPT_LOG = 256 * 1024  # log lines that wait for a node that is away
MOST_KEPT_RESULTS = 16 * 1024 * 1024  # results that wait for the word that they are stored
RECONNECT_FIRST, RECONNECT_LAST = 0.05, 0.5
RELOAD_FIRST, RELOAD_LAST = 0.1, 30.0
END_WITHIN = 1.0


def line_of(kind, **fields):
    fields["type"] = kind
    return json.dumps(fields).encode() + b"\n"


class Pipe:
    """A stream socket that never blocks: whole lines in, buffered bytes out."""

    def __init__(self, sock, limit):
        self.sock, self.limit = sock, limit
        self.read, self.unsent = bytearray(), bytearray()
        sock.setblocking(False)

    def lines(self):
        """The lines that have come. Raises ConnectionError when nothing more will come or a line is too long."""
        try:
            data = self.sock.recv(READ)
        except (BlockingIOError, InterruptedError):
            return []
        if not data:
            raise ConnectionError("closed")
        end = data.rfind(b"\n")
        if end < 0:
            self.read += data
            lines = []
        else:
            lines = (bytes(self.read) + data[:end]).split(b"\n")
            self.read = bytearray(data[end + 1 :])
        if len(self.read) > self.limit or any(len(line) > self.limit for line in lines):
            raise ConnectionError("a line is too long")
        return lines

    def send(self, data):
        self.unsent += data
        self.flush()

    def flush(self):
        try:
            while self.unsent:
                del self.unsent[: self.sock.send(self.unsent)]
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            self.unsent.clear()  # whoever reads here next learns that it is closed

    def wanted(self):
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if self.unsent else 0)


class Attempt:
    def __init__(self, line, message):
        self.line = line
        self.key = message["key"]
        self.held = {name: message[name] for name in ("key", "namespace", "process", "attempt", "carry")}
        self.lease = message.get("lease") or 0
        self.lines = 0
        self.slot = None
        self.end = None  # the line that tells how it ended
        self.cancelled = self.unwanted = False
        self.kill_at = None


class Slot:
    def __init__(self):
        self.pid = self.pipe = self.attempt = self.start_at = None
        self.loaded = False
        self.wait = RELOAD_FIRST


class Instance:
    def __init__(self, path):
        self.path = path
        self.selector = selectors.DefaultSelector()
        self.node = None
        self.away_since = self.now()
        self.connect_at, self.connect_wait = 0.0, RECONNECT_FIRST
        self.config = None
        self.slots = []
        self.ready, self.unready = False, None
        self.attempts = {}
        self.waiting = collections.deque()
        self.kept_log, self.kept_log_bytes, self.lost_lines = collections.deque(), 0, 0
        self.draining = self.terminated = False

    @staticmethod
    def now():
        return time.monotonic()

    def run(self):
        signal.signal(signal.SIGTERM, self.terminate)
        # A signal ends the wait for sockets by writing here.
        self.waker, wake = socket.socketpair()
        for end in (self.waker, wake):
            end.setblocking(False)
        signal.set_wakeup_fd(wake.fileno())
        self.selector.register(self.waker, selectors.EVENT_READ, "wake")
        while not self.terminated:
            self.look()
            if self.draining and not any(a.end is None for a in self.attempts.values()):
                return 0
            if self.node is None and self.config and self.now() - self.away_since > self.config["orphanAfter"]:
                print("The node has not come back; this instance ends.", file=sys.stderr)
                return 75
            full = self.node is not None and len(self.node.unsent) > MOST_UNSENT
            for slot in self.slots:
                if slot.pipe:
                    wanted = slot.pipe.wanted() & (selectors.EVENT_WRITE if full else 3)
                    self.want(slot.pipe.sock, wanted, slot)
            if self.node:
                self.want(self.node.sock, self.node.wanted(), "node")
            for key, events in self.selector.select(self.timeout()):
                if key.data == "wake":
                    self.waker.recv(64)
                elif key.data == "node":
                    self.serve_node(events)
                else:
                    self.serve_slot(key.data, events)
        return 128 + signal.SIGTERM

    def want(self, sock, events, data):
        known = self.selector.get_map().get(sock)
        if known is None:
            if events:
                self.selector.register(sock, events, data)
        elif not events:
            self.selector.unregister(sock)
        elif known.events != events:
            self.selector.modify(sock, events, data)

    def forget(self, sock):
        if sock in self.selector.get_map():
            self.selector.unregister(sock)
        sock.close()

    def terminate(self, *_):
        self.terminated = True

    # Time ------------------------------------------------------------------------------------------------------------

    def look(self):
        now = self.now()
        if self.node is None and now >= self.connect_at:
            self.connect()
        for attempt in list(self.attempts.values()):
            if attempt.kill_at is not None and now >= attempt.kill_at and attempt.slot:
                attempt.kill_at = None
                kill(attempt.slot.pid)
            if self.node is None and attempt.end is None and not attempt.cancelled and 0 < attempt.lease < now - self.away_since:
                self.cancel(attempt, unwanted=True)
        for slot in self.slots:
            if slot.start_at is not None and now >= slot.start_at:
                self.start(slot)

    def timeout(self):
        now = self.now()
        times = [a.kill_at for a in self.attempts.values() if a.kill_at is not None]
        times += [s.start_at for s in self.slots if s.start_at is not None]
        if self.node is None:
            times.append(self.connect_at)
        return max(0.0, min(times) - now) if times else None

    # The node --------------------------------------------------------------------------------------------------------

    def connect(self):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(self.path)
        except OSError:
            sock.close()
            self.connect_at = self.now() + self.connect_wait
            self.connect_wait = min(self.connect_wait * 2, RECONNECT_LAST)
            return
        self.connect_wait = RECONNECT_FIRST
        # The node says how long a line may be only after the first.
        self.node = Pipe(sock, 64 * 1024 * 1024)
        held = [dict(a.held, lines=a.lines) for a in self.attempts.values() if not a.unwanted]
        self.tell(line_of("hello", protocol=PROTOCOL, runtime=f"python {sys.version.split()[0]}", held=held))
        if self.unready is not None:
            self.tell(line_of("unready", reason=self.unready))
        elif self.ready:
            self.tell(line_of("ready"))
        while self.kept_log:
            self.tell(self.kept_log.popleft())
        if self.lost_lines:
            print(f"{self.lost_lines} log lines were lost while the node was away", file=sys.stderr)
        self.kept_log_bytes = self.lost_lines = 0
        for attempt in self.attempts.values():
            if attempt.end is not None:
                self.tell(attempt.end)

    def tell(self, line):
        if self.node:
            self.node.send(line)

    def serve_node(self, events):
        node = self.node
        if events & selectors.EVENT_WRITE:
            node.flush()
        if events & selectors.EVENT_READ:
            try:
                lines = node.lines()
            except OSError:
                self.forget(node.sock)
                self.node, self.away_since, self.connect_at = None, self.now(), 0.0
                return
            for line in lines:
                self.hear(line, json.loads(line))

    def hear(self, line, message):
        kind = message["type"]
        if kind == "process":
            if message["key"] not in self.attempts:
                attempt = Attempt(line + b"\n", message)
                self.attempts[attempt.key] = attempt
                self.waiting.append(attempt)
                self.hand_out()
        elif kind == "cancel":
            attempt = self.attempts.get(message["key"])
            if attempt is None:
                self.tell(line_of("cancelled", key=message["key"]))
            else:
                self.cancel(attempt)
        elif kind == "stored":
            attempt = self.attempts.get(message["key"])
            if attempt is not None and attempt.end is not None:
                del self.attempts[attempt.key]
            elif attempt is not None:
                self.cancel(attempt, unwanted=True)
        elif kind == "ping":
            self.tell(line_of("pong", number=message["number"]))
        elif kind == "drain":
            self.draining = True
        elif kind == "configure":
            first = self.config is None
            self.config = message
            if first:
                self.slots = [Slot() for _ in range(message["slots"])]
                for slot in self.slots:
                    self.start(slot)

    # Attempts --------------------------------------------------------------------------------------------------------

    def hand_out(self):
        for slot in self.slots:
            if not self.waiting:
                return
            if slot.loaded and slot.attempt is None:
                attempt = self.waiting.popleft()
                slot.attempt, attempt.slot = attempt, slot
                slot.pipe.send(attempt.line)
                attempt.line = None

    def cancel(self, attempt, unwanted=False):
        attempt.unwanted |= unwanted
        if attempt.end is not None or attempt.cancelled:
            return
        attempt.cancelled = True
        if attempt.slot is None:
            self.waiting.remove(attempt)
            self.ended(attempt, line_of("cancelled", key=attempt.key))
        else:
            attempt.kill_at = self.now() + self.config["cancelWithin"]
            try:
                os.kill(attempt.slot.pid, signal.SIGTERM)
            except ProcessLookupError:
                pass

    def ended(self, attempt, line):
        if attempt.slot:
            attempt.slot.attempt = None
        attempt.slot = attempt.kill_at = None
        if attempt.unwanted:
            del self.attempts[attempt.key]
            return
        attempt.end = line
        self.tell(line)
        if self.node is None:
            kept = sum(len(a.end) for a in self.attempts.values() if a.end is not None)
            for old in [a for a in self.attempts.values() if a.end is not None]:
                if kept <= MOST_KEPT_RESULTS:
                    break
                kept -= len(old.end)
                del self.attempts[old.key]

    # Slots -----------------------------------------------------------------------------------------------------------

    def start(self, slot):
        slot.start_at = None
        mine, other = socket.socketpair()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            try:
                os.setpgid(0, 0)
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                for key in list(self.selector.get_map().values()):
                    key.fileobj.close()
                self.selector.close()
                mine.close()
                for each in self.slots:
                    if each.pipe:
                        each.pipe.sock.close()
                muster_slot.run(other, self.config)
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
            finally:
                os._exit(1)
        try:
            os.setpgid(pid, pid)
        except OSError:
            pass  # the child was faster
        other.close()
        slot.pid, slot.pipe, slot.loaded = pid, Pipe(mine, self.config["lineLimit"]), False

    def serve_slot(self, slot, events):
        if events & selectors.EVENT_WRITE:
            slot.pipe.flush()
        if not events & selectors.EVENT_READ:
            return
        try:
            lines = slot.pipe.lines()
        except OSError:
            self.slot_ended(slot)
            return
        for line in lines:
            kind, line = line[:1], line[1:] + b"\n"
            attempt = slot.attempt
            if kind == b"L" and attempt:
                attempt.lines += 1
                self.pass_on(line)
            elif kind == b"P" and attempt:
                self.tell(line)
            elif kind == b"R" and attempt:
                self.ended(attempt, line)
                if attempt.cancelled:
                    # It was stopped anywhere in the code of the user, and may have left processes behind.
                    kill(slot.pid)
                    slot.loaded = False
            elif kind == b"S":
                slot.loaded, slot.wait = True, RELOAD_FIRST
                if not self.ready and self.unready is None and all(s.loaded for s in self.slots):
                    self.ready = True
                    self.tell(line_of("ready"))
            elif kind == b"B":
                self.broken(json.loads(line))
        self.hand_out()

    def pass_on(self, line):
        if self.node:
            self.node.send(line)
        elif self.kept_log_bytes + len(line) <= MOST_KEPT_LOG:
            self.kept_log.append(line)
            self.kept_log_bytes += len(line)
        else:
            self.lost_lines += 1

    def broken(self, reason):
        """The code cannot be loaded, so it will not run here: nothing is tried again before another revision."""
        print(reason, file=sys.stderr)
        if not self.ready and self.unready is None:
            self.unready = reason
            self.tell(line_of("unready", reason=reason.split("\n")[0]))

    def slot_ended(self, slot):
        kill(slot.pid)
        _, status = os.waitpid(slot.pid, 0)
        self.forget(slot.pipe.sock)
        too_long = len(slot.pipe.read) > slot.pipe.limit
        was_loaded = slot.loaded
        slot.pipe = slot.pid = None
        slot.loaded = False
        how = how_ended(status) if not too_long else "wrote a line that is too long"
        if slot.attempt:
            attempt = slot.attempt
            kind = {"kind": "cancelled"} if attempt.cancelled else {"kind": "failed", "error": f"The process of the slot {how}.", "retryable": True}
            self.ended(attempt, line_of(key=attempt.key, **kind))
        elif not was_loaded and not self.ready and self.unready is None:
            self.broken(f"The process that loads the code {how}.")
        if self.unready is None:
            slot.start_at = self.now() + (0 if was_loaded else slot.wait)
            slot.wait = min(slot.wait * 2, RELOAD_LAST)

    def close(self):
        running = [s for s in self.slots if s.pid and s.attempt]
        for slot in running:
            try:
                os.kill(slot.pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
        until = self.now() + END_WITHIN
        for slot in running:
            while self.now() < until and os.waitpid(slot.pid, os.WNOHANG) == (0, 0):
                time.sleep(0.01)
        for slot in self.slots:
            if slot.pid:
                kill(slot.pid)


def kill(group):
    """Ends a slot with all that it started."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def how_ended(status):
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        why = ", as the system does when memory runs out" if number == signal.SIGKILL else ""
        return f"was ended by signal {number}{why}"
    return f"ended with exit code {os.WEXITSTATUS(status)}"


def main():
    instance = Instance(os.environ["MUSTER_SOCKET"])
    try:
        code = instance.run()
    finally:
        instance.close()
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
