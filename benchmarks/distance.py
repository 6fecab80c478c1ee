"""A server that is further away: `python -m benchmarks.distance PORT MILLISECONDS` prints where it is near.

What passes is held back for so long, both ways together.
"""

import asyncio
import sys
from asyncio import StreamReader, StreamWriter


async def main(port: int, delay: float) -> None:
    """Forward connections to a port of this machine. delay: seconds that a round trip takes longer."""

    async def join(reader: StreamReader, writer: StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_forward(reader, back, delay / 2), _forward(there, writer, delay / 2))

    server = await asyncio.start_server(join, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _forward(reader: StreamReader, writer: StreamWriter, delay: float) -> None:
    loop = asyncio.get_running_loop()
    while data := await reader.read(1 << 16):
        loop.call_later(delay, writer.write, data)
    loop.call_later(delay, writer.close)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]) / 1000))
