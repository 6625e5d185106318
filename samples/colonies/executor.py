"""An executor: asks for processes of its type, runs them, and closes them.

Reads COLONIES_SERVER_HOST, COLONIES_SERVER_PORT, COLONIES_TLS, COLONIES_COLONY_NAME (dev), COLONIES_EXECUTOR_NAME (its host),
COLONIES_EXECUTOR_TYPE (cli) and COLONIES_PRVKEY. With COLONIES_COLONY_PRVKEY, the key of the colony's owner, it adds and
approves itself first; without COLONIES_PRVKEY it makes itself a key then.

SIGTERM or Ctrl+C: it finishes the process that it has, and ends; the second time it ends at once.
"""

import os
import signal
import socket
import sys
import time

import colonies

POLL = 5  # Seconds of one question for work.


class Stop(Exception):
    """The process ran longer than it may; the server has given it to somebody else by now."""


# --- what it can do: each function gets the process, and returns a list ---------------------------------------------


def sleep(process, until):
    """Sleeps for args[0] seconds, and says how long it was."""
    seconds = float(process["spec"]["args"][0])
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if until and time.monotonic() > until:
            raise Stop
        time.sleep(min(left, 0.1))
    return [f"slept {seconds:g} s"]


def echo(process, until):
    """Returns what it got."""
    return process["spec"]["args"]


def env(process, until):
    """Returns the environment of the process, as NAME=VALUE."""
    return [f"{a['key']}={a['value']}" for a in process["attributes"] if a["attributetype"] == 3]


FUNCTIONS = {f.__name__: f for f in (sleep, echo, env)}


# --- the executor ---------------------------------------------------------------------------------------------------


class Executor:
    def __init__(self):
        self.server = colonies.Client(colonies.server_url())
        self.colony = colonies.variable("COLONIES_COLONY_NAME", "dev")
        self.name = colonies.variable("COLONIES_EXECUTOR_NAME", socket.gethostname())
        self.type = colonies.variable("COLONIES_EXECUTOR_TYPE", "cli")
        self.owner = os.environ.get("COLONIES_COLONY_PRVKEY")
        self.key = colonies.variable("COLONIES_PRVKEY", colonies.new_key() if self.owner else None)
        self.stopping = False
        for which in (signal.SIGTERM, signal.SIGINT):
            signal.signal(which, self.stop)

    def stop(self, number, _):
        # The question for work that is under way is waited for: the server may have answered it with a process already.
        self.stopping = True
        signal.signal(number, signal.SIG_DFL)

    def register(self):
        """Adds itself to the colony, unless it is there already, and approves itself."""
        if self.owner:
            executor = {"executorid": colonies.identity(self.key), "executorname": self.name, "executortype": self.type, "colonyname": self.colony}
            try:
                self.ask(self.owner, "addexecutormsg", executor=executor)
            except colonies.Refused as refused:
                if refused.status != 400:
                    raise
                # Perhaps it is there from before. If it is not it, the next line or the first question says so.
                print(f"not added: {refused}", flush=True)
            self.ask(self.owner, "approveexecutormsg", colonyname=self.colony, executorname=self.name)
        offered = {f["funcname"] for f in self.ask(self.key, "getfunctionsmsg", colonyname=self.colony, executorname=self.name) or []}
        for function in FUNCTIONS.keys() - offered:
            self.ask(self.key, "addfunctionmsg", fun={"executorname": self.name, "colonyname": self.colony, "funcname": function})

    def ask(self, key, message, **members):
        """Sends a message until an answer comes: whatever it says here may be said twice."""
        wait = 0.1
        while True:
            try:
                return self.server.call(key, message, **members)
            except colonies.Unreachable as lost:
                print(f"{lost}; asking again", flush=True)
            except colonies.Refused as refused:
                if refused.status != 503:
                    raise
            time.sleep(wait)
            wait = min(2 * wait, 5)

    def work(self):
        print(f"{self.name} waits for processes of the type {self.type} in {self.colony}", flush=True)
        while not self.stopping:
            try:
                process = self.ask(self.key, "assignprocessmsg", colonyname=self.colony, timeout=POLL, wait=POLL)
            except colonies.Refused as refused:
                # 404: there is no work. 408: the colony is paused.
                if refused.status not in (404, 408):
                    raise
                continue
            self.run(process)

    def run(self, process):
        name, ident = process["spec"]["funcname"], process["processid"]
        print(f"{ident} {name}{process['spec']['args']} retries={process['retries']}", flush=True)
        limit = process["spec"]["maxexectime"]
        try:
            if name not in FUNCTIONS:
                raise LookupError(f"there is no function {name}; there are {', '.join(FUNCTIONS)}")
            out = FUNCTIONS[name](process, time.monotonic() + limit if limit > 0 else None)
        except Stop:
            print(f"{ident} took too long", flush=True)
            return
        except Exception as wrong:  # Whatever a function throws is what is wrong with the process.
            self.close(ident, "closefailedmsg", errors=[f"{type(wrong).__name__}: {wrong}"])
        else:
            self.close(ident, "closesuccessfulmsg", out=out)

    def close(self, ident, message, **members):
        try:
            self.ask(self.key, message, processid=ident, **members)
            print(f"{ident} closed", flush=True)
        except colonies.Refused as refused:
            # It is somebody else's by now, or over.
            print(f"{ident} not closed: {refused}", flush=True)


if __name__ == "__main__":
    me = Executor()
    try:
        me.register()
        me.work()
    except colonies.Refused as refused:
        sys.exit(f"The server refuses: {refused}")
