"""A small Colonies server for tests, written from the specification of its wire: one colony, processes, executors, logs, attributes.

    python3 colonies_server.py PORT STATE_FILE OWNER_ID

What it acknowledges is in the state file, so that it can be killed and started again. Everybody but the owner has to be an approved executor.
Faults are asked for with POST /_fault {"kind": ..., "times": N}:
    nonsense  answers 200 with something that is no envelope
    lose      does what an assign or close says, and closes the connection without an answer
    hurry     answers assign at once, whatever its time-out
    broken    answers 500
"""
import base64
import hashlib
import http.server
import json
import os
import sys
import threading
import time
import uuid

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798, 0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(k, point):
    result = None
    while k:
        if k & 1:
            result = add(result, point)
        point = add(point, point)
        k >>= 1
    return result


def signer(payload, signature):
    """The id of the one who signed; None when the signature is none."""
    raw = bytes.fromhex(signature)
    if len(raw) != 65 or raw[64] > 1:
        return None
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:64], "big")
    if not (0 < r < N and 0 < s <= N // 2):
        return None
    y = pow(r**3 + 7, (P + 1) // 4, P)
    if y * y % P != (r**3 + 7) % P:
        return None
    point = (r, y if y & 1 == raw[64] & 1 else P - y)
    digest = int.from_bytes(hashlib.sha3_256(payload.encode()).digest(), "big")
    inverse = pow(r, -1, N)
    key = add(times(s * inverse % N, point), times(-digest * inverse % N, G))
    return hashlib.sha3_256(f"04{key[0]:064x}{key[1]:064x}".encode()).hexdigest()


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Colony:
    def __init__(self, path, owner):
        self.path, self.owner = path, owner
        self.lock = threading.Condition()
        self.faults = {}
        self.state = {"executors": {}, "processes": {}, "logs": [], "calls": []}
        if os.path.exists(path):
            with open(path) as file:
                self.state = json.load(file)
        threading.Thread(target=self.sweep, daemon=True).start()

    def save(self):
        with open(self.path + "~", "w") as file:
            json.dump(self.state, file)
        os.replace(self.path + "~", self.path)

    def fault(self, kind):
        if self.faults.get(kind, 0) > 0:
            self.faults[kind] -= 1
            return True
        return False

    def sweep(self):
        while True:
            time.sleep(0.1)
            with self.lock:
                for process in self.state["processes"].values():
                    limit = process["spec"].get("maxexectime", -1)
                    if process["state"] == 1 and 0 < limit < time.time() - process["_since"]:
                        if process["retries"] >= process["spec"].get("maxretries", 0):
                            process.update(state=3, errors=["Maximum execution time limit exceeded"])
                        else:
                            process.update(state=0, isassigned=False, assignedexecutorid="", retries=process["retries"] + 1)
                        self.save()
                        self.lock.notify_all()

    def member(self, who):
        for executor in self.state["executors"].values():
            if executor["executorid"] == who and executor["state"] == 1:
                return executor
        raise Refused(403, "Access denied, not a member of the colony")

    def mine(self, who, ident):
        self.member(who)
        process = self.state["processes"].get(ident)
        if process is None:
            raise Refused(500, "Process is nil")
        if not process["isassigned"] or process["assignedexecutorid"] != who:
            raise Refused(403, "Access denied, the process is assigned to somebody else")
        return process

    def running(self, who, ident):
        process = self.mine(who, ident)
        if process["state"] != 1:
            raise Refused(403, "The process does not run")
        return process

    def call(self, who, kind, message):
        handler = getattr(self, "on_" + kind, None)
        if handler is None:
            raise Refused(403, "Invalid payload type")
        with self.lock:
            self.state["calls"].append({"type": kind, **{k: message[k] for k in ("timeout", "latest") if k in message}})
            answer = handler(who, message)
            self.save()
            return answer

    def on_addexecutormsg(self, who, message):
        executor = message["executor"]
        if who != self.owner:
            raise Refused(403, "Access denied, not colony owner")
        if executor["executorname"] in self.state["executors"]:
            raise Refused(400, "Executor with that name already exists")
        self.state["executors"][executor["executorname"]] = {**executor, "state": 0}
        return {**executor, "state": 0}

    def on_approveexecutormsg(self, who, message):
        if who != self.owner:
            raise Refused(403, "Access denied, not colony owner")
        self.state["executors"][message["executorname"]]["state"] = 1
        return {}

    def on_getexecutorsmsg(self, who, message):
        self.member(who)
        return list(self.state["executors"].values())

    def on_submitfuncspecmsg(self, who, message):
        self.member(who)
        spec, ident = message["spec"], hashlib.sha3_256(str(uuid.uuid4()).encode()).hexdigest()
        attributes = [{"attributeid": f"{ident}{k}", "targetid": ident, "attributetype": 3, "key": k, "value": v} for k, v in (spec.get("env") or {}).items()]
        self.state["processes"][ident] = {
            "processid": ident, "state": 0, "isassigned": False, "assignedexecutorid": "", "retries": 0, "attributes": attributes,
            "spec": {**spec, "env": {}}, "in": [], "out": [], "errors": [], "_order": len(self.state["processes"]), "_since": 0,
        }
        self.lock.notify_all()
        return self.state["processes"][ident]

    def on_assignprocessmsg(self, who, message):
        if message["timeout"] == 0:
            raise Refused(400, "The time-out must not be 0")
        end = time.monotonic() + (0 if self.fault("hurry") else message["timeout"])
        while True:
            executor = self.member(who)
            waiting = sorted((p for p in self.state["processes"].values() if p["state"] == 0 and p["spec"]["conditions"]["executortype"] == executor["executortype"]), key=lambda p: p["_order"])
            if waiting:
                process = waiting[-1 if message.get("latest") else 0]
                process.update(state=1, isassigned=True, assignedexecutorid=who, _since=time.time())
                return process
            if (left := end - time.monotonic()) <= 0:
                raise Refused(404, "No process available for assignment")
            self.lock.wait(left)

    def on_getprocessmsg(self, who, message):
        self.member(who)
        if message["processid"] not in self.state["processes"]:
            raise Refused(404, "Process not found")
        return self.state["processes"][message["processid"]]

    def on_getprocesshistmsg(self, who, message):
        self.member(who)
        found = [p for p in self.state["processes"].values() if p["state"] == message["state"] and message["executorid"] in ("", p["assignedexecutorid"])]
        return found or None

    def on_cancelprocessmsg(self, who, message):
        self.member(who)
        self.state["processes"][message["processid"]]["state"] = 4
        return {}

    def on_setoutputmsg(self, who, message):
        self.running(who, message["processid"])["out"] = message["out"]
        return {}

    def on_addattributemsg(self, who, message):
        attribute = message["attribute"]
        process = self.running(who, attribute["targetid"])
        if any(a["key"] == attribute["key"] and a["attributetype"] == attribute["attributetype"] for a in process["attributes"]):
            raise Refused(400, "Attribute already exists")
        process["attributes"].append(attribute)
        return attribute

    def on_addlogmsg(self, who, message):
        self.running(who, message["processid"])
        self.state["logs"].append({"processid": message["processid"], "message": message["message"]})
        return {}

    def on_closesuccessfulmsg(self, who, message):
        process = self.mine(who, message["processid"])
        if process["state"] not in (1, 2):
            raise Refused(400, "The process does not run")
        process["state"] = 2
        if message.get("out"):
            process["out"] = message["out"]
        return {}

    def on_closefailedmsg(self, who, message):
        process = self.mine(who, message["processid"])
        if process["state"] != 1:
            raise Refused(400, "The process does not run")
        process.update(state=3, errors=message["errors"])
        return {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    colony = None

    def do_GET(self):
        self.answer(200, json.dumps(self.colony.state))

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/_fault":
            asked = json.loads(text)
            self.colony.faults[asked["kind"]] = asked["times"]
            return self.answer(200, "{}")
        envelope = json.loads(text)
        kind = envelope["payloadtype"]
        if self.colony.fault("nonsense"):
            return self.answer(200, "<html>welcome</html>")
        try:
            if self.colony.fault("broken"):
                raise Refused(500, "something is broken")
            who = signer(envelope["payload"], envelope["signature"])
            if who is None:
                raise Refused(403, "Invalid signature")
            message = json.loads(base64.b64decode(envelope["payload"]))
            if message["msgtype"] != kind:
                raise Refused(400, "Payload and message have different types")
            answer, status = self.colony.call(who, kind, message), 200
        except Refused as refused:
            answer, status = {"status": refused.status, "message": str(refused)}, refused.status
        if status == 200 and kind in ("assignprocessmsg", "closesuccessfulmsg") and self.colony.fault("lose"):
            self.close_connection = True
            return None
        payload = base64.b64encode(json.dumps(answer).encode()).decode()
        return self.answer(status, json.dumps({"payloadtype": kind if status == 200 else "error", "payload": payload, "error": status != 200}))

    def answer(self, status, text):
        self.send_response_only(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


if __name__ == "__main__":
    Handler.colony = Colony(sys.argv[2], sys.argv[3])
    server = Server(("127.0.0.1", int(sys.argv[1])), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever(poll_interval=0.05)
