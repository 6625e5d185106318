"""Serves one user worker over HTTP, without Fission and without Flask.

    python3 serve.py USERCODE.py [--host 127.0.0.1] [--port 0] [--until-input-ends]

POST any path: the body is a pipeline message, the answer is what main.py makes of it. GET: 200, for health checks.
It prints one line with its address when it is ready. ENDPOINT_DEVICES must be set.
"""

import argparse
import http.server
import importlib.util
import os
import signal
import socket
import sys
import threading

LARGEST = 32 * 1024 * 1024  # Bytes of a body.

try:
    import main
except RuntimeError as problem:
    sys.exit(str(problem))


def load(path):
    """Loads the user's file under the name that it has in the package."""
    spec = importlib.util.spec_from_file_location("usercode", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["usercode"] = module
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec.loader.exec_module(module)
    if not callable(getattr(module, "process", None)):
        raise AttributeError("it has no function process(message)")
    return module


class Function(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave in one packet.
    wbufsize = -1
    process = None

    def do_POST(self):
        try:
            length = int(self.headers["Content-Length"])
        except (TypeError, ValueError):
            return self.refuse(411, "Say how long the body is: Content-Length.")
        if not 0 <= length <= LARGEST:
            return self.refuse(413, f"A message has {LARGEST} bytes at most.")
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return None
        answer, topic = main.handle(body, self.headers.get(main.TOPIC, "No Topic"), type(self).process)
        return self.answer(200, answer, topic)

    def do_GET(self):
        self.answer(200, b"{}", None)

    def refuse(self, status, why):
        self.close_connection = True
        self.answer(status, main.to_json({"message": why}), None)

    def answer(self, status, body, topic):
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if topic is not None:
            # A name of a step comes from the message, and could hold what ends a header.
            self.send_header(main.TOPIC, "".join(c for c in str(topic) if " " <= c <= "~"))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def process_request(self, request, client_address):
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().process_request(request, client_address)

    def handle_error(self, request, client_address):
        # Who asked has gone away.
        pass


def run():
    arguments = argparse.ArgumentParser(description="Serves one user worker of SensorBucket over HTTP.")
    arguments.add_argument("usercode", help="the Python file with process(message)")
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, default=0, help="0, the default, is any free one")
    arguments.add_argument("--until-input-ends", action="store_true", help="end when the standard input does, with whoever started this")
    given = arguments.parse_args()
    try:
        module = load(given.usercode)
    except Exception as problem:
        sys.exit(f"{given.usercode} cannot be loaded: {type(problem).__name__}: {problem}")
    # Looked up at each message, as user code may replace it.
    Function.process = staticmethod(lambda message: module.process(message))
    server = Server((given.host, given.port), Function)
    for which in (signal.SIGTERM, signal.SIGINT):
        signal.signal(which, lambda *_: threading.Thread(target=server.shutdown).start())
    if given.until_input_ends:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
    print(f"http://{given.host}:{server.server_address[1]}/", flush=True)
    server.serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    run()
