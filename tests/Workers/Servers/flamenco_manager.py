"""A small manager of Flamenco 2 for tests, written from the specification of its wire.

    POST /_test/tasks      [task, ...]: queues tasks; each has "_id", "commands", and may have "priority"
    POST /_test/task       {"_id": ..., "status": ...}: changes a task
    POST /_test/status     {"status": "asleep", "lazy": false}: asks all workers for a state
    POST /_test/settings   {"registration_secret": "...", "reject": true}: rejects all that sign on
"""
import base64
import hashlib
import hmac
import json
import time
import uuid

from recording_server import Answer, RecordingServer, run

RUNNABLE = ("queued", "claimed-by-manager", "soft-failed")


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


class Manager(RecordingServer):
    def fresh(self):
        return {"workers": {}, "tasks": [], "settings": {}}

    def task(self, task_id):
        return next((t for t in self.state["tasks"] if t["_id"] == task_id), None)

    def test(self, what, body):
        if what == "tasks":
            for task in body:
                self.state["tasks"].append({"status": "queued", "log": "", "activity": "", "history": [], **task})
        elif what == "task":
            task = self.task(body["_id"])
            task.update(body)
            if task["status"] in RUNNABLE:
                task["worker"] = None
        elif what == "status":
            for worker in self.state["workers"].values():
                worker["status_requested"], worker["lazy"] = body["status"], body.get("lazy", False)
        elif what == "settings":
            self.state["settings"].update(body)
        else:
            super().test(what, body)

    def answer(self, request):
        path = request.path
        if path == "/register-worker" and request.command == "POST":
            self.register(request)
        worker = self.who(request)
        if request.command == "GET" and path.startswith("/may-i-run/"):
            self.may_i_run(worker, path.split("/")[2])
        if request.command == "GET" and path == "/status-change":
            if worker["status_requested"]:
                raise Answer(200, {"status_requested": worker["status_requested"]})
            raise Answer(204)
        if request.command != "POST":
            raise Answer(404, "not found")
        if path == "/sign-on":
            if self.state["settings"].get("reject"):
                raise Answer(401, "no such worker")
            body = request.json()
            worker.update(nickname=body["nickname"], types=body["supported_task_types"], status="starting")
            self.done()
        if path == "/sign-off":
            for task in self.state["tasks"]:
                if task.get("worker") == worker["_id"] and task["status"] == "active":
                    task.update(status="claimed-by-manager", worker=None)
            worker.update(status="offline", status_requested="")
            self.done()
        if path == "/task":
            self.fetch(worker)
        if path.startswith("/ack-status-change/"):
            worker.update(status=path.split("/")[2], status_requested="")
            self.done()
        if path == "/output-produced":
            if not request.json().get("paths"):
                raise Answer(422, "no paths")
            raise Answer(204)
        if path.startswith("/tasks/") and path.endswith("/update"):
            self.update(worker, path.split("/")[2], request.json())
        if path.startswith("/tasks/") and path.endswith("/return"):
            task = self.task(path.split("/")[2])
            if task is None:
                raise Answer(404, "no such task")
            if task.get("worker") == worker["_id"]:
                if task["status"] == "active":
                    task.update(status="claimed-by-manager", worker=None)
                elif task["status"] == "cancel-requested":
                    task.update(status="canceled")
            self.done()
        raise Answer(404, "not found")

    def done(self):
        self.save()
        raise Answer(204)

    def register(self, request):
        wanted = self.state["settings"].get("registration_secret")
        if wanted:
            token = (request.headers.get("Authorization") or "").removeprefix("Bearer ")
            try:
                head, claims, signature = token.split(".")
                good = hmac.digest(wanted.encode(), f"{head}.{claims}".encode(), "sha256")
                times = json.loads(decode(claims))
                if json.loads(decode(head))["alg"] != "HS256" or not hmac.compare_digest(good, decode(signature)) or not times["iat"] <= time.time() + 1 < times["exp"]:
                    raise ValueError
            except (ValueError, KeyError):
                raise Answer(403, "the registration secret is wrong") from None
        body = request.json()
        if len(body["secret"]) != 64 or not body["secret"].isalnum() or not body["supported_task_types"] or body["platform"] not in ("linux", "windows", "darwin"):
            raise Answer(400, "this is no registration")
        worker = {
            "_id": uuid.uuid4().hex[:24], "secret": hashlib.sha256(body["secret"].encode()).hexdigest(), "nickname": body["nickname"], "types": body["supported_task_types"],
            "status": "awake", "status_requested": "", "lazy": False, "failed": [],
        }
        self.state["workers"][worker["_id"]] = worker
        self.save()
        raise Answer(200, {**worker, "address": "127.0.0.1", "time_cost": 0})

    def who(self, request):
        kind, _, given = (request.headers.get("Authorization") or "").partition(" ")
        try:
            worker_id, _, secret = base64.b64decode(given).decode().partition(":")
        except ValueError:
            worker_id, secret = "", ""
        worker = self.state["workers"].get(worker_id)
        if kind != "Basic" or worker is None or worker["secret"] != hashlib.sha256(secret.encode()).hexdigest():
            raise Answer(401, "who are you?")
        return worker

    def fetch(self, worker):
        if worker["status_requested"]:
            raise Answer(423, {"status_requested": worker["status_requested"]})
        worker["status"] = "awake"
        mine = [t for t in self.state["tasks"] if t["status"] == "active" and t.get("worker") == worker["_id"]]
        free = sorted((t for t in self.state["tasks"] if t["status"] in RUNNABLE and worker["_id"] not in t.get("failed_by", [])), key=lambda t: -t.get("priority", 50))
        if not mine and not free:
            self.done()
        task = (mine or free)[0]
        task.update(status="active", worker=worker["_id"])
        task["history"].append("handed-out")
        self.save()
        raise Answer(200, {k: task[k] for k in ("_id", "commands", "status") if k in task} | {"name": task.get("name", "a task"), "job_type": "test", "priority": 50})

    def update(self, worker, task_id, body):
        task = self.task(task_id)
        if task is None:
            raise Answer(404, "no such task")
        if task.get("worker") != worker["_id"]:
            raise Answer(409, "this is the task of another worker")
        if body.get("log"):
            task["log"] += body["log"] + "\n"
        status = body.get("task_status")
        if task["status"] == "active" or (task["status"] == "cancel-requested" and status in ("canceled", "failed", "completed")):
            if status:
                task["history"].append(status)
                task["status"] = status
            if status == "failed":
                task.setdefault("failed_by", []).append(worker["_id"])
            if body.get("activity"):
                task["activity"] = body["activity"]
        self.done()

    def may_i_run(self, worker, task_id):
        task = self.task(task_id)
        answer = {"may_keep_running": True}
        if worker["status_requested"]:
            answer["status_requested"] = worker["status_requested"]
            if not worker["lazy"] and worker["status_requested"] not in ("awake", "testing"):
                answer.update(may_keep_running=False, reason=f"the worker is to be {worker['status_requested']}")
        if task is None or task.get("worker") != worker["_id"] or task["status"] != "active":
            answer.update(may_keep_running=False, reason="the task is not to run")
        raise Answer(200, answer)


if __name__ == "__main__":
    run(Manager)
