"""What the tests have the frame process: the metadata of a message says what to do."""

import os
import signal
import time
from datetime import datetime, timezone

import main


def process(message):
    return globals()[message.metadata.get("do", "nothing")](message)


def nothing(message):
    return message


def measure(message):
    message.create_measurement(21.5, "temperature", "Cel").add()
    (message.create_measurement(1, "a", "b").set_timestamp(7).set_sensor("s1").set_value("as it is", "humidity", "%").set_metadata({"k": "v"}).set_location(0, 0.5, 3)).add()
    message.create_measurement(1, "a", "b").set_time(datetime(2024, 1, 2, 3, 4, 5, 678000, tzinfo=timezone.utc)).add()
    message.measurements.append(main.Measurement("8", 9, "1.5", "o", "u", latitude=0))
    return message


def device(message):
    message.match_device({"eui": message.metadata["eui"]})
    return message


def attributes(message):
    assert isinstance(message.payload, bytes)
    message.metadata["seen"] = [message.tenant_id, message.payload.decode(), message.current_step(), message.pipeline_steps, message.measurements]
    message.payload = message.payload.upper()
    return message.set_time(datetime(2024, 1, 2, 3, 4, 5, 678000, tzinfo=timezone.utc))


def payload_text(message):
    message.payload = "as it is"
    return message


def raises(message):
    message.metadata["touched"] = True
    raise ValueError("this is wrong")


def exits(message):
    raise SystemExit(3)


def returns_nothing(message):
    return None


def not_a_number(message):
    message.create_measurement(float("nan"), "o", "u").add()
    return message


def no_json(message):
    message.metadata["what"] = object()
    return message


def slow(message):
    with open(message.metadata["file"], "a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(float(message.metadata["seconds"]))
    return message


def dies_once(message):
    try:
        os.close(os.open(message.metadata["file"], os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return message
    os.kill(os.getpid(), signal.SIGKILL)
