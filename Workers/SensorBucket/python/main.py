"""The frame around the code of a user worker of SensorBucket: usercode.py with process(message).

A pipeline message comes as the JSON body of a request; process(message) changes it and returns it; it goes back with the
name of the next step in the header X-AMQP-Topic. Whatever goes wrong goes back as an error document for the topic "errors".

Fission's Python environment calls main(); serve.py beside this file needs nothing but Python itself.
"""

import base64
import copy
import json
import math
import os
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request

TOPIC = "X-AMQP-Topic"
ERRORS = "errors"
DEVICES_TIMEOUT = 30  # Seconds.

ENDPOINT_DEVICES = os.environ.get("ENDPOINT_DEVICES", "")
if not ENDPOINT_DEVICES:
    raise RuntimeError("ENDPOINT_DEVICES is not set. Set it to the address of the devices API, like http://core:3000/devices: match_device asks there.")

REQUIRED = ("tracing_id", "tenant_id", "access_token", "received_at", "pipeline_id", "step_index", "pipeline_steps", "timestamp")
OPTIONAL = ("device", "measurements", "metadata", "payload")


class ErrMessageNoSteps(Exception):
    """The message is at the end of its pipeline already."""

    def __init__(self):
        super().__init__("pipeline message has no steps remaining")


class PropertiesMatchedNotExactlyOneDevice(Exception):
    """No device has these properties, or several have."""


class Measurement:
    """One value that a sensor measured."""

    def __init__(self, timestamp, sensor_external_id, value, observed_property, unit_of_measurement, latitude=None, longitude=None, altitude=None, properties=None):
        self.timestamp = int(timestamp)
        self.sensor_external_id = str(sensor_external_id)
        self.value = float(value)
        self.observed_property = str(observed_property)
        self.unit_of_measurement = str(unit_of_measurement)
        self.latitude = None if latitude is None else float(latitude)
        self.longitude = None if longitude is None else float(longitude)
        self.altitude = None if altitude is None else float(altitude)
        self.properties = {} if properties is None else dict(properties)

    def json_dict(self):
        return dict(self.__dict__)


class MeasurementBuilder:
    """Makes a measurement step by step: message.create_measurement(21.5, "temperature", "Cel").set_sensor("1").add()."""

    def __init__(self, message, value, observed_property, unit_of_measurement):
        self._message = message
        self._measurement = Measurement(message.timestamp, "", 0, observed_property, unit_of_measurement)
        self.set_value(value, observed_property, unit_of_measurement)

    def set_timestamp(self, milliseconds):
        """When it was measured, in milliseconds since 1970; without this, when the message was made."""
        self._measurement.timestamp = milliseconds
        return self

    def set_time(self, when):
        """The same as a datetime, to the second."""
        return self.set_timestamp(int(when.timestamp()) * 1000)

    def set_sensor(self, external_id):
        """Which sensor of the device; without this its fallback sensor."""
        self._measurement.sensor_external_id = external_id
        return self

    def set_value(self, value, observed_property, unit_of_measurement):
        self._measurement.value = value
        self._measurement.observed_property = observed_property
        self._measurement.unit_of_measurement = unit_of_measurement
        return self

    def set_metadata(self, metadata):
        """Replaces the properties of the measurement."""
        self._measurement.properties = metadata
        return self

    def set_location(self, latitude, longitude, altitude):
        self._measurement.latitude = latitude
        self._measurement.longitude = longitude
        self._measurement.altitude = altitude
        return self

    def add(self):
        """Puts it into the message."""
        self._message.measurements.append(self._measurement)


class Message:
    """A pipeline message. Its attributes are the members of the JSON; payload is bytes."""

    def __init__(self, tracing_id, tenant_id, access_token, received_at, pipeline_id, step_index, pipeline_steps, timestamp,
                 device=None, measurements=None, metadata=None, payload=b""):
        self.tracing_id = tracing_id
        self.tenant_id = tenant_id
        self.access_token = access_token
        self.received_at = received_at
        self.pipeline_id = pipeline_id
        self.step_index = step_index
        self.pipeline_steps = pipeline_steps
        self.timestamp = timestamp
        self.device = device
        self.measurements = [] if measurements is None else measurements
        self.metadata = {} if metadata is None else metadata
        self.payload = payload

    @staticmethod
    def from_json(text):
        """Reads one; text or bytes."""
        members = json.loads(text)
        if not isinstance(members, dict):
            raise ValueError("a pipeline message is a JSON object")
        missing = [name for name in REQUIRED if name not in members]
        if missing:
            raise ValueError(f"Missing required properties in JSON: {','.join(missing)}")
        unknown = members.keys() - set(REQUIRED) - set(OPTIONAL)
        if unknown:
            raise TypeError(f"a pipeline message has no member {', '.join(sorted(unknown))}")
        members["payload"] = base64.b64decode(members.get("payload") or "")
        return Message(**members)

    def json_dict(self):
        """What is written, in this order."""
        return {name: getattr(self, name) for name in (*REQUIRED, *OPTIONAL)}

    def match_device(self, properties):
        """Looks for the one device with these properties, and puts it into the message."""
        query = urllib.parse.urlencode({"properties": json.dumps(properties)})
        request = urllib.request.Request(f"{ENDPOINT_DEVICES}{'&' if '?' in ENDPOINT_DEVICES else '?'}{query}", headers={"authorization": f"bearer {self.access_token}"})
        with urllib.request.urlopen(request, timeout=DEVICES_TIMEOUT) as answer:
            devices = json.load(answer)["data"]
        if len(devices) != 1:
            how = "can't find device" if not devices else "too many devices match"
            raise PropertiesMatchedNotExactlyOneDevice(f"{how} with properties: {properties}" if not devices else f"{how} properties: {properties}")
        self.device = devices[0]

    def create_measurement(self, value, observed_property, unit_of_measurement):
        """Begins a measurement; it is in the message after add()."""
        return MeasurementBuilder(self, value, observed_property, unit_of_measurement)

    def current_step(self):
        """The name of the step that the message is at."""
        return self._step(self.step_index)

    def next_step(self):
        """Goes to the next step, and gives its name."""
        self.step_index += 1
        return self._step(self.step_index)

    def set_time(self, when):
        """When the message was made, as a datetime, to the second."""
        self.timestamp = int(when.timestamp()) * 1000
        return self

    def _step(self, index):
        if not 0 <= index < len(self.pipeline_steps):
            raise ErrMessageNoSteps()
        return self.pipeline_steps[index]


def to_json(value):
    """Writes JSON that every reader takes: NaN and infinities, which JSON does not have, are refused."""
    try:
        return json.dumps(value, default=_plain, allow_nan=False).encode()
    except ValueError as wrong:
        if "Out of range float" in str(wrong):
            raise ValueError("a measurement or member is NaN or infinite, which JSON does not have") from wrong
        raise


def _plain(value):
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if hasattr(value, "json_dict"):
        return value.json_dict()
    raise TypeError(f"{type(value).__name__} is not JSON")


def _harmless(value):
    """What there is to say of a value that may be no JSON at all."""
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if hasattr(value, "json_dict"):
        return _harmless(value.json_dict())
    if isinstance(value, dict):
        return {str(key): _harmless(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_harmless(member) for member in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else repr(value)


def handle(body, worker, process):
    """Has a message processed.

    body: the bytes of the request. worker: the name of the worker, from the request's header. process: the user's function.
    Returns the bytes of the answer and the topic that they are for. Raises nothing.
    """
    received = attempt = None
    try:
        message = Message.from_json(body)
        received, attempt = copy.deepcopy(message), message
        attempt = process(message)
        if not isinstance(attempt, Message):
            raise TypeError("usercode return value must be Message object")
        topic = attempt.next_step()
        return to_json(attempt), topic
    except BaseException:  # Also what would end the program: the next message is somebody else's.
        document = {
            "received_by_worker": received,
            "processing_attempt": attempt,
            "worker": worker,
            "queue": worker,
            "timestamp": int(time.time()),
            "error": traceback.format_exc(),
        }
        return json.dumps(_harmless(document)).encode(), ERRORS


def main():
    """What Fission calls, within a request of Flask."""
    from flask import Response, request

    import usercode

    body, topic = handle(request.get_data(), request.headers.get(TOPIC, "No Topic"), usercode.process)
    return Response(body, 200, {TOPIC: topic}, mimetype="application/json")
