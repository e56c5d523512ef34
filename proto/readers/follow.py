"""Prints what devices send: python3 follow.py HOST PORT FLEET DEVICE (needs paho: Debian's python3-paho-mqtt); + is any."""
import sys

import paho.mqtt.subscribe

from caravan import Reader, line

host, port, fleet, device = sys.argv[1:]
topics = [(f"caravan/v1/{fleet}/{device}/{rest}", 1) for rest in ("schema/+", "data/+", "event")]
reader = Reader()


def came(client, data, message):
    reader.asks = client.publish
    for reading in reader.take(message.topic, message.payload):
        print(line(reading), flush=True)


paho.mqtt.subscribe.callback(came, topics, hostname=host, port=int(port))
