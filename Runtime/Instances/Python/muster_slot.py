"""The process of one slot: loads the code of the user and runs one attempt after the other."""

import importlib
import inspect
import io
import json
import logging
import os
import signal
import sys
import threading
import traceback

LINE = 16 * 1024
ERROR = 7_000
MESSAGE = 2_000
CODE = os.path.join(os.getcwd(), "code")
HERE = os.path.dirname(os.path.abspath(__file__))


class Cancelled(BaseException):
    """The attempt is not wanted any more."""


class Voice:
    """What the slot says. A cancellation waits until a line is out, so that no line is torn."""

    def __init__(self, sock):
        self.sock = sock
        self.lock = threading.RLock()
        self.key = None
        self.speaking = self.cancelled = False

    def say(self, kind, data):
        with self.lock:
            main = threading.current_thread() is threading.main_thread()
            if main:
                self.speaking = True
            try:
                self.sock.sendall(kind + data + b"\n")
            finally:
                if main:
                    self.speaking = False
        if main and self.cancelled and self.key is not None:
            raise Cancelled

    def log(self, stream, text):
        key = self.key
        step = LINE if text.isascii() else LINE // 4
        for start in range(0, max(len(text), 1), step):
            self.say(b"L", json.dumps({"type": "log", "key": key, "stream": stream, "text": text[start : start + step]}).encode())

    def on_term(self, *_):
        self.cancelled = True
        if self.key is not None and not self.speaking:
            raise Cancelled


class Out(io.TextIOBase):
    """Standard output and error: lines of the attempt that runs, else of the instance."""

    def __init__(self, voice, name, real):
        self.voice, self.name, self.real = voice, name, real
        self.buffer = real.buffer
        self.part = ""

    encoding = property(lambda self: self.real.encoding)
    errors = property(lambda self: self.real.errors)

    def writable(self):
        return True

    def fileno(self):
        return self.real.fileno()

    def write(self, text):
        if self.voice.key is None:
            return self.real.write(text)
        with self.voice.lock:
            *lines, self.part = (self.part + text).split("\n")
            if len(self.part) > 4 * LINE:
                lines.append(self.part)
                self.part = ""
        for line in lines:
            self.voice.log(self.name, line)
        return len(text)

    def flush(self):
        self.real.flush()

    def end(self):
        if self.part:
            part, self.part = self.part, ""
            self.voice.log(self.name, part)


class LogLines(logging.Handler):
    def __init__(self, voice, real):
        super().__init__()
        self.voice, self.real = voice, real

    def emit(self, record):
        try:
            text = self.format(record)
            if self.voice.key is None:
                self.real.write(text + "\n")
            else:
                for line in text.split("\n"):
                    self.voice.log("log", line)
        except Exception:
            self.handleError(record)


class Context:
    """What a function may know of its attempt: the second argument of one that takes two."""

    def __init__(self, message, voice):
        self.namespace = message["namespace"]
        self.process_id = message["process"]
        self.attempt = message["attempt"]
        self.func = message.get("func", "")
        self.input = message.get("input")
        self.args = message.get("args") or []
        self.kwargs = message.get("kwargs") or {}
        self.env = message.get("env") or {}
        self.checkpoint = message.get("checkpoint")
        self.traceparent = message.get("traceparent")
        self._key, self._voice = message["key"], voice

    def log(self, text):
        """Writes a line to the log of the process."""
        for line in str(text).split("\n"):
            self._voice.log("log", line)

    def progress(self, fraction=None, message=None):
        """Says how far it is, 0 to 1, and what it is doing."""
        self._say({"type": "progress", "fraction": None if fraction is None else float(fraction), "message": None if message is None else str(message)[:1_000]})

    def save_checkpoint(self, value):
        """Leaves something for the next attempt: at most 64 KiB of JSON."""
        self._say({"type": "checkpoint", "checkpoint": value})

    def _say(self, message):
        message["key"] = self._key
        self._voice.say(b"P", json.dumps(message, allow_nan=False).encode())


def run(sock, config):
    voice = Voice(sock)
    signal.signal(signal.SIGTERM, voice.on_term)
    outs = [Out(voice, "stdout", sys.stdout), Out(voice, "stderr", sys.stderr)]
    handler = LogLines(voice, sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    sys.stdout, sys.stderr = outs
    sys.path[0] = CODE
    try:
        function = load(config["entry"])
        takes_context = wants_context(function)
    except BaseException as problem:
        voice.say(b"B", json.dumps(reason_of(problem)).encode())
        sys.stderr.flush()
        return
    voice.say(b"S", b"")
    for line in sock.makefile("rb", buffering=256 * 1024):
        message = json.loads(line)
        kind, end = attempt(message, function, takes_context, voice, outs, config["resultLimit"])
        sys.stdout.flush()
        voice.say(kind, end)


def load(entry):
    module_name, _, name = entry.rpartition(":")
    module_name = module_name or "main"
    module = importlib.import_module(module_name)
    function = getattr(module, name, None)
    if not callable(function):
        known = sorted(n for n, f in vars(module).items() if inspect.isfunction(f) and f.__module__ == module_name)
        raise LookupError(f"The module '{module_name}' has no function '{name}'. Functions there: {', '.join(known) or 'none'}.")
    return function


def wants_context(function):
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    kinds = [p.kind for p in parameters]
    return inspect.Parameter.VAR_POSITIONAL in kinds or sum(k in (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD) for k in kinds) > 1


def attempt(message, function, takes_context, voice, outs, limit):
    key = message["key"]
    environment = dict(message.get("env") or {})
    environment.update(MUSTER_PROCESS_ID=message["process"], MUSTER_ATTEMPT=str(message["attempt"]))
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    context = Context(message, voice)
    cancelled = json.dumps({"type": "cancelled", "key": key}).encode()
    try:
        try:
            voice.cancelled = False
            voice.key = key
            value = function(context.input, context) if takes_context else function(context.input)
            if inspect.iscoroutine(value):
                import asyncio  # it takes longer to load than all the rest, and few need it

                value = asyncio.run(value)
            end = result_of(key, value, limit)
        except Cancelled:
            end = cancelled
        except BaseException as problem:
            end = failure_of(key, problem)
        for out in outs:
            out.end()
        return b"R", end
    except Cancelled:
        return b"R", cancelled
    finally:
        voice.key = None
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def result_of(key, value, limit):
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as problem:
        return failed(key, f"The function returned what is no JSON: {problem}", False)
    if len(text) > limit:
        return failed(key, f"The result has {len(text)} bytes of JSON, and at most {limit} can be kept. Put it into a file and return its name.", False)
    return b'{"type":"result","key":' + json.dumps(key).encode() + b',"result":' + text + b"}"


def failure_of(key, problem):
    text = reason_of(problem)
    for line in text.split("\n")[1:]:
        print(line, file=sys.stderr)
    return failed(key, text, getattr(problem, "retryable", True) is not False)


def failed(key, error, retryable):
    error = error if len(error) <= ERROR else error[: ERROR // 2] + "\n...\n" + error[-ERROR // 2 :]
    return json.dumps({"type": "failed", "key": key, "error": error, "retryable": retryable}).encode()


def reason_of(problem):
    """What went wrong and where in the code of the user, in the first line; then the way there."""
    if isinstance(problem, SystemExit):
        head = f"The function ended the program: exit({problem.code!r})"
    else:
        head = f"{type(problem).__name__}: {message_of(problem)}".rstrip(": ")
    if isinstance(problem, SyntaxError) and problem.filename:
        head = f"{type(problem).__name__}: {problem.msg} ({name_of(problem.filename)}, line {problem.lineno})"
        return head + (f"\n    {problem.text.strip()}" if problem.text else "")
    frames = [f for f in traceback.extract_tb(problem.__traceback__) if not f.filename.startswith((HERE + "/muster_", "<frozen"))]
    own = [f for f in frames if f.filename.startswith(CODE)]
    if own:
        head += f" ({name_of(own[-1].filename)}, line {own[-1].lineno}, in {own[-1].name})"
    if len(frames) > 40:
        frames = frames[:20] + frames[-20:]
    return "\n".join([head, *(f"  {name_of(f.filename)}, line {f.lineno}, in {f.name}" + (f"\n    {f.line}" if f.line else "") for f in frames)])


def message_of(problem):
    try:
        text = str(problem)
    except BaseException:
        text = "(its text cannot be made)"
    return text if len(text) <= MESSAGE else text[:MESSAGE] + "..."


def name_of(filename):
    return os.path.relpath(filename, CODE) if filename.startswith(CODE) else filename
