"""Clients of the relay on Python's websockets library, used as its documentation shows.

Usage: relay-client.py URL
Prints one JSON line for each thing that happens.
"""

import asyncio
import json
import sys

import websockets


def say(**facts):
    print(json.dumps(facts), flush=True)


async def listen(url):
    # Pings every 200 ms and wants the pong as fast: the library's own default is 20 s.
    async with websockets.connect(url, ping_interval=0.2, ping_timeout=0.2) as websocket:
        say(event="open", subprotocol=websocket.subprotocol)
        await websocket.send("nobody reads this")
        async for text in websocket:
            message = json.loads(text)
            say(event="message", keys=list(message), **message)
            if message["payload"] == "last":
                break
        pong = await websocket.ping(b"alive")
        await pong
        say(event="pong")
    say(event="closed", code=websocket.close_code)


async def main(url):
    try:
        await listen(url)
    except websockets.InvalidStatus as refusal:
        say(event="refused", status=refusal.response.status_code)


asyncio.run(main(sys.argv[1]))
