"""What the test servers share: HTTP/1.1 on loopback, a record of every request, rules for answers out of order, and a state that outlives a kill.

    GET  /_test/record        every request so far: method, path, query, headers, body, status
    GET  /_test/state         what the server knows
    POST /_test/rules         [{"path": "/task", "status": 500, "body": "...", "times": 2, "delay": 0.1, "drop": true}]; replaces all rules; they outlive a kill, too
    POST /_test/<anything>    is given to the server itself
"""
import argparse
import json
import os
import re
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


class Answer(Exception):
    def __init__(self, status, body=None, content_type=None):
        super().__init__(status)
        self.status = status
        if body is None:
            self.body, self.content_type = b"", content_type
        elif isinstance(body, bytes):
            self.body, self.content_type = body, content_type
        elif isinstance(body, str):
            self.body, self.content_type = body.encode(), content_type or "text/plain;charset=UTF-8"
        else:
            self.body, self.content_type = json.dumps(body).encode(), content_type or "application/json"


class RecordingServer(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, folder, port):
        self.folder = folder
        self.lock = threading.RLock()
        self.rules = []
        self.state = self.fresh()
        os.makedirs(folder, exist_ok=True)
        self.state_file = os.path.join(folder, "state.json")
        self.record_file = os.path.join(folder, "record.ndjson")
        if os.path.exists(self.state_file):
            with open(self.state_file, encoding="utf-8") as file:
                self.state = json.load(file)
        self.rules_file = os.path.join(folder, "rules.json")
        if os.path.exists(self.rules_file):
            with open(self.rules_file, encoding="utf-8") as file:
                self.rules = json.load(file)
        self.record = open(self.record_file, "a", encoding="utf-8", buffering=1)
        super().__init__(("127.0.0.1", port), Handler)

    def fresh(self):
        return {}

    def save(self):
        half = self.state_file + "~"
        with open(half, "w", encoding="utf-8") as file:
            json.dump(self.state, file)
        os.replace(half, self.state_file)

    def answer(self, request):
        raise NotImplementedError

    def test(self, what, body):
        raise Answer(404, f"no test call {what}")

    def rule_for(self, request):
        with self.lock:
            for rule in self.rules:
                if re.search(rule["path"], request.path) and rule.get("method", request.command) == request.command and rule.get("times", 1) != 0:
                    if "times" in rule:
                        rule["times"] -= 1
                    return rule
        return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def handle_any(self):
        split = urlsplit(self.path)
        self.path, self.query = unquote(split.path), {k: v for k, v in parse_qs(split.query, keep_blank_values=True).items()}
        length = int(self.headers.get("Content-Length") or 0)
        self.raw = self.rfile.read(length)
        if self.path.startswith("/_test/"):
            self.say(self.for_test())
            return
        rule = self.server.rule_for(self)
        if rule and rule.get("delay"):
            time.sleep(rule["delay"])
        if rule and rule.get("drop"):
            self.note(0)
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        if rule and "status" in rule and not rule.get("after"):
            answer = Answer(rule["status"], rule.get("body"), rule.get("type"))
        else:
            try:
                with self.server.lock:
                    answer = self.server.answer(self) or Answer(204)
            except Answer as given:
                answer = given
            # "after": the server does what is asked, and the answer is another.
            if rule and "status" in rule:
                answer = Answer(rule["status"], rule.get("body"), rule.get("type"))
        self.note(answer.status)
        self.say(answer)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any

    def json(self):
        try:
            return json.loads(self.raw or b"null")
        except ValueError:
            raise Answer(400, "this is no JSON") from None

    def for_test(self):
        what = self.path[len("/_test/"):]
        try:
            if what == "record":
                with self.server.lock, open(self.server.record_file, encoding="utf-8") as file:
                    return Answer(200, [json.loads(line) for line in file])
            with self.server.lock:
                if what == "state":
                    return Answer(200, self.server.state)
                if what == "rules":
                    self.server.rules = self.json()
                    with open(self.server.rules_file, "w", encoding="utf-8") as file:
                        json.dump(self.server.rules, file)
                    return Answer(204)
                result = self.server.test(what, self.json())
                self.server.save()
                return result or Answer(204)
        except Answer as given:
            return given

    def note(self, status):
        try:
            body = json.loads(self.raw) if self.raw else None
        except ValueError:
            body = self.raw.decode("utf-8", "replace")
        line = {"at": time.time(), "method": self.command, "path": self.path, "query": self.query, "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body, "status": status}
        with self.server.lock:
            self.server.record.write(json.dumps(line) + "\n")

    def say(self, answer):
        try:
            self.send_response(answer.status)
            if answer.content_type and answer.status != 204:
                self.send_header("Content-Type", answer.content_type)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if answer.status != 204:
                self.wfile.write(answer.body)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, *_):
        pass


def run(server_class):
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--folder", required=True)
    args = parser.parse_args()
    server = server_class(args.folder, args.port)
    print(f"listening {server.server_address[1]}", flush=True)
    server.serve_forever(poll_interval=0.05)
