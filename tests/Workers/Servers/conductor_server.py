"""A small server of Conductor for tests, written from the specification of its wire: only tasks, each in a workflow of its own.

    POST /_test/tasks      [{"name": ..., "input": {...}, "domain": ..., "responseTimeoutSeconds": ..., "retryCount": ...}, ...]; gives their ids
    POST /_test/settings   {"family": "task"}: the paths of the other family of servers; {"twice": true}: hands out what it has handed out
"""
import time
import uuid

from recording_server import Answer, RecordingServer, run

TERMINAL = ("COMPLETED", "FAILED", "FAILED_WITH_TERMINAL_ERROR", "TIMED_OUT", "CANCELED")
STATUSES = ("COMPLETED", "FAILED", "FAILED_WITH_TERMINAL_ERROR", "IN_PROGRESS")


def now():
    return int(time.time() * 1000)


class Server(RecordingServer):
    def fresh(self):
        return {"tasks": {}, "definitions": {}, "settings": {"family": "tasks"}}

    def test(self, what, body):
        if what == "settings":
            self.state["settings"].update(body)
        elif what == "tasks":
            ids = []
            for given in body:
                ids.append(self.add(given["name"], given.get("input", {}), given.get("domain"), given.get("responseTimeoutSeconds", 0), 0, given.get("retries", 0)))
            return Answer(200, ids)
        else:
            super().test(what, body)

    def add(self, name, data, domain, response_timeout, retry_count, retries):
        task_id = str(uuid.uuid4())
        task = {
            "taskId": task_id, "workflowInstanceId": str(uuid.uuid4()), "workflowType": "test", "taskType": name, "taskDefName": name, "referenceTaskName": name + "_ref", "status": "SCHEDULED",
            "inputData": data, "outputData": {}, "retryCount": retry_count, "seq": len(self.state["tasks"]) + 1, "pollCount": 0, "iteration": 0, "scheduledTime": now(), "startTime": 0, "endTime": 0, "updateTime": 0,
            "startDelayInSeconds": 0, "callbackAfterSeconds": 0, "responseTimeoutSeconds": response_timeout, "retried": False, "executed": False, "callbackFromWorker": True, "workflowTask": {"name": name},
            "history": [], "visible": 0, "retries": retries,
        }
        if domain:
            task["domain"] = domain
        self.state["tasks"][task_id] = task
        return task_id

    def answer(self, request):
        parts = request.path.strip("/").split("/")
        family = self.state["settings"]["family"]
        if parts[0] != "api":
            raise Answer(404, {"status": 404, "message": "not found"})
        if parts[1] == family and parts[2:4] == ["poll", "batch"] and request.command == "GET":
            self.poll(request, parts[4])
        if parts[1:] == [family] and request.command == "POST":
            self.update(request.json())
        if parts[1:3] == ["metadata", "taskdefs" if family == "tasks" else "taskdef"]:
            self.definitions(request, parts[3:])
        raise Answer(404, {"status": 404, "message": "not found"})

    def poll(self, request, name):
        count, timeout = int(request.query.get("count", ["1"])[0]), int(request.query.get("timeout", ["100"])[0])
        if timeout > 5000:
            raise Answer(400, {"status": 400, "message": "Long Poll Timeout value cannot be more than 5 seconds"})
        domain = request.query.get("domain", [None])[0]
        worker = request.query.get("workerid", [""])[0]
        given, until = [], time.monotonic() + timeout / 1000
        while True:
            self.expire()
            for task in list(self.state["tasks"].values()):
                waits = task["status"] == "SCHEDULED" or (self.state["settings"].get("twice") and task["status"] == "IN_PROGRESS")
                if len(given) < count and waits and task["taskDefName"] == name and task.get("domain") == domain and task["visible"] <= now():
                    task.update(status="IN_PROGRESS", startTime=task["startTime"] or now(), updateTime=now(), workerId=worker, pollCount=task["pollCount"] + 1, callbackAfterSeconds=0)
                    task["history"].append("handed-out")
                    given.append({k: v for k, v in task.items() if k not in ("history", "visible", "retries")})
            if given or time.monotonic() > until:
                if given:
                    self.save()
                raise Answer(200, given)
            self.lock.release()
            time.sleep(0.005)
            self.lock.acquire()

    def expire(self):
        for task in list(self.state["tasks"].values()):
            limit = task["responseTimeoutSeconds"]
            if task["status"] == "IN_PROGRESS" and limit and now() - task["updateTime"] >= limit * 1000:
                task.update(status="TIMED_OUT", endTime=now())
                task["history"].append("timed-out")
                self.add(task["taskDefName"], task["inputData"], task.get("domain"), limit, task["retryCount"] + 1, task["retries"])

    def update(self, result):
        self.expire()
        if not isinstance(result, dict) or not result.get("workflowInstanceId"):
            raise Answer(400, {"status": 400, "message": "Workflow Id cannot be null or empty"})
        if not result.get("taskId"):
            raise Answer(400, {"status": 400, "message": "Task ID cannot be null or empty"})
        task = self.state["tasks"].get(result["taskId"])
        if task is None:
            raise Answer(404, {"status": 404, "message": f"No such task found by id: {result['taskId']}"})
        if result.get("extendLease"):
            if task["status"] not in TERMINAL:
                task["updateTime"] = now()
                task["history"].append("extended")
            self.save()
            raise Answer(200, task["taskId"])
        if task["status"] in TERMINAL:
            task["history"].append("late " + result["status"])
            self.save()
            raise Answer(200, task["taskId"])
        if result["status"] not in STATUSES or not isinstance(result.get("outputData", {}), dict):
            raise Answer(400, {"status": 400, "message": "this is no result"})
        task["history"].append(result["status"])
        task.update(outputData=result.get("outputData", {}), workerId=result.get("workerId"), reasonForIncompletion=result.get("reasonForIncompletion"), logs=result.get("logs"), updateTime=now())
        if result["status"] == "IN_PROGRESS":
            task.update(status="SCHEDULED", visible=now() + 1000 * result.get("callbackAfterSeconds", 0))
        else:
            task.update(status=result["status"], endTime=now())
            if result["status"] == "FAILED" and task["retryCount"] < task["retries"]:
                self.add(task["taskDefName"], task["inputData"], task.get("domain"), task["responseTimeoutSeconds"], task["retryCount"] + 1, task["retries"])
        self.save()
        raise Answer(200, task["taskId"])

    def definitions(self, request, rest):
        if request.command == "GET" and rest:
            if rest[0] not in self.state["definitions"]:
                raise Answer(404, {"status": 404, "message": f"No such taskType found by name: {rest[0]}"})
            raise Answer(200, self.state["definitions"][rest[0]])
        if request.command == "POST" and not rest:
            for definition in request.json():
                self.state["definitions"][definition["name"]] = definition
            self.save()
            raise Answer(200)
        raise Answer(405)


if __name__ == "__main__":
    run(Server)
