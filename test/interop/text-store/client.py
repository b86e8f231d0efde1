"""A client of the text store on Python's websockets library. It says what it saw; a test compares
that with transcript.txt.

Usage: client.py URL [CA [CERTIFICATE KEY]]
"""

import asyncio
import json
import ssl
import sys

import websockets

URL, *FILES = sys.argv[1:]

MESSAGES = [
    "STORE:name:Station 1",
    "READ:name",
    "STORE:station:CS001:Online",
    "READ:station:CS001",
    "READ:station",
    "READ:never stored",
    "STORE::of the empty key",
    "READ:",
    "STORE:empty:",
    "READ:empty",
    "STORE:only one colon",
    "STORE:",
    "store:k:v",
    'Grüße, 充电站 😀\n\0"',
    "",
    b"",
    b"\x00\xff\x80",
]


def say(text):
    print(text, flush=True)


def shown(data):
    return json.dumps(data, ensure_ascii=False) if isinstance(data, str) else f"<{data.hex()}>"


def connect(path, subprotocols=None):
    context = None
    if FILES:
        context = ssl.create_default_context(cafile=FILES[0])
        if len(FILES) > 1:
            context.load_cert_chain(FILES[1], FILES[2])
    return websockets.connect(URL + path, ssl=context, subprotocols=subprotocols)


async def converse():
    async with connect("/ocpp/CS%7C001", ["ocpp1.6", "ocpp2.0.1"]) as websocket:
        say(f"open {websocket.subprotocol}")
        for message in MESSAGES:
            await websocket.send(message)
            say(f"> {shown(message)}")
            say(f"< {shown(await websocket.recv())}")
        for n in range(0, 200, 2):
            await websocket.send(f"STORE:k:{n}")
            await websocket.send("READ:k")
        in_order = 0
        for n in range(0, 200, 2):
            pair = [await websocket.recv(), await websocket.recv()]
            in_order += 2 if pair == [f"STORED:k:{n}", f"DATA:k:{n}"] else 0
        say(f"burst: {in_order} replies in order")
        long = "é" * 200_000
        await websocket.send(long)
        say(f"long: {str(await websocket.recv() == 'Echo: ' + long).lower()}")
        pong = await websocket.ping(b"alive")
        await pong
        say("pong")
    say(f"closed {websocket.close_code}")


async def read(path, before):
    async with connect(path) as websocket:
        for message in [*before, "READ:name"]:
            await websocket.send(message)
            say(f"{path} {shown(await websocket.recv())}")


async def main():
    try:
        await converse()
        await read("/ocpp/CS%7C001", [])
        await read("/ocpp/", ["STORE:name:nobody"])
        await read("/ocpp/", [])
    except (OSError, websockets.WebSocketException):
        say("refused")


asyncio.run(main())
