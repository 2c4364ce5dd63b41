#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""peer-aiohttp.py BASE ITEMS CONCURRENCY: what a good user of aiohttp would write for the job.

One session with kept connections, a worker a connection, input read as it is needed, one NDJSON
line a result.
"""
import asyncio
import json
import sys

import aiohttp


async def work(session, base, lines):
    for index, line in lines:
        item = json.loads(line)
        try:
            async with session.get(f"{base}/users/{item['id']}") as answer:
                data = await answer.json()
                result = {"index": index, "success": answer.ok, "status": answer.status,
                          "data": data}
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            result = {"index": index, "success": False, "error": str(error)}
        sys.stdout.write(json.dumps(result, separators=(",", ":")) + "\n")


async def main(base, path, width):
    connector = aiohttp.TCPConnector(limit=width)
    timeout = aiohttp.ClientTimeout(total=30)
    with open(path) as items:
        lines = enumerate(items)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            await asyncio.gather(*(work(session, base, lines) for _ in range(width)))


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
