"""Submits a process, and shows it.

    python3 submit.py sleep.json           submit, and print the id
    python3 submit.py --wait sleep.json    and wait for its end; the exit code is 0 when it was successful
    python3 submit.py --get ID             print a process

Reads COLONIES_SERVER_HOST, COLONIES_SERVER_PORT, COLONIES_TLS and COLONIES_PRVKEY, the key of a user or an executor of the
colony. With COLONIES_COLONY_PRVKEY, the key of the colony's owner, it adds a user with that key first, named by
COLONIES_USER_NAME; without COLONIES_PRVKEY it makes a key then.
"""

import json
import os
import sys
import time

import colonies

STATES = ["waiting", "running", "successful", "failed", "cancelled"]


def member(server, colony):
    """The key of somebody who may submit."""
    owner = os.environ.get("COLONIES_COLONY_PRVKEY")
    key = colonies.variable("COLONIES_PRVKEY", colonies.new_key() if owner else None)
    if owner:
        ident = colonies.identity(key)
        user = {"colonyname": colony, "userid": ident, "name": colonies.variable("COLONIES_USER_NAME", f"user-{ident[:8]}"), "email": "", "phone": ""}
        try:
            server.call(owner, "addusermsg", user=user)
        except colonies.Refused as refused:
            if refused.status != 400:  # It is there from before.
                raise
    return key


def ask(server, key, message, **members):
    """Asks until there is an answer; only for what changes nothing."""
    while True:
        try:
            return server.call(key, message, **members)
        except colonies.Unreachable:
            time.sleep(0.5)


def show(process):
    print(json.dumps({
        "processid": process["processid"], "state": STATES[process["state"]], "retries": process["retries"],
        "executor": process["assignedexecutorid"], "out": process["out"], "errors": process["errors"],
    }, indent=2), flush=True)
    return 0 if process["state"] == 2 else 1


def main(arguments):
    wait = "--wait" in arguments
    names = [a for a in arguments if not a.startswith("--")]
    if len(names) != 1:
        sys.exit(__doc__)

    server = colonies.Client(colonies.server_url())
    if "--get" in arguments:
        return show(ask(server, member(server, colonies.variable("COLONIES_COLONY_NAME", "dev")), "getprocessmsg", processid=names[0]))

    with open(names[0], encoding="utf-8") as file:
        spec = json.load(file)
    conditions = spec.setdefault("conditions", {})
    old = not conditions.get("colonyname") and (spec.get("colonyid") or conditions.get("colonyid"))
    if not old:
        conditions.setdefault("colonyname", colonies.variable("COLONIES_COLONY_NAME", "dev"))
    key = member(server, colonies.variable("COLONIES_COLONY_NAME", "dev") if old else conditions["colonyname"])
    # The message of releases before 1.0.3 has another name.
    message = "submitprocessespecmsg" if "func" in spec else "submitfuncspecmsg"
    process = server.call(key, message, spec=spec)
    print(process["processid"], flush=True)
    while wait and process["state"] < 2:
        time.sleep(0.2)
        process = ask(server, key, "getprocessmsg", processid=process["processid"])
    return show(process) if wait else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (colonies.Refused, colonies.Unreachable) as problem:
        sys.exit(f"Not done: {problem}")
