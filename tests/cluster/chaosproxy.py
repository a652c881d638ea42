"""TCP between the nodes through a process of our own, which can cut, delay and damage it.

The kernels of many machines have no netem, and links between containers are no one's to break; a
proxy can be used everywhere, and does what it is told for one link and one direction alone.
"""

import asyncio
import itertools
import random
import socket
import struct
import threading
import time
import weakref

CHUNK_BYTES = 16 * 1024
CHUNKS_ON_THE_WAY = 256
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER of zero seconds


class Direction:
    """What happens to the bytes that flow one way through a link."""

    def __init__(self):
        self.passed = 0  # bytes
        self.flowing = asyncio.Event()
        self.ended = weakref.WeakSet()  # writers that got a FIN from us
        self.calm()

    def calm(self):
        self.delay = 0.0
        self.jitter = 0.0
        self.bytes_per_second = None
        self.flips = 0
        self.flowing.set()

    def damaged(self, chunk):
        """The chunk, with one bit of it turned over if that was asked for."""
        if self.flips == 0:
            return chunk
        self.flips -= 1
        bad = bytearray(chunk)
        bad[random.randrange(len(bad))] ^= 1 << random.randrange(8)
        return bytes(bad)

    def end(self, writer):
        """FIN; what would still come is dropped."""
        self.ended.add(writer)
        if not writer.is_closing():
            writer.write_eof()

    async def pump(self, reader, writer):
        """Until the sender has no more, or the connection breaks."""
        queue = asyncio.Queue(CHUNKS_ON_THE_WAY)
        feeding = asyncio.ensure_future(self.feed(reader, queue))
        try:
            while (entry := await queue.get()) is not None:
                due, chunk = entry
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                await self.flowing.wait()
                if writer in self.ended:
                    continue
                writer.write(self.damaged(chunk))
                await writer.drain()
                self.passed += len(chunk)
                if self.bytes_per_second:
                    await asyncio.sleep(len(chunk) / self.bytes_per_second)
            await self.flowing.wait()
            self.end(writer)
        finally:
            feeding.cancel()

    async def feed(self, reader, queue):
        """Reads on while chunks wait for their time: a delay must not cost bandwidth."""
        due = 0.0
        while True:
            try:
                chunk = await reader.read(CHUNK_BYTES)
            except OSError:
                chunk = b""
            # Never before the one in front of it: the stream keeps its order.
            due = max(due, time.monotonic() + self.delay + random.uniform(0, self.jitter))
            await queue.put((due, chunk) if chunk else None)
            if not chunk:
                return


class Link:
    """All connections of one node to another, by the direction in which bytes go.

    Its coroutines run on the mesh's thread; `Mesh` alone calls it.
    """

    def __init__(self, dialer, acceptor, acceptor_port):
        self.dialer, self.acceptor = dialer, acceptor
        self.acceptor_port = acceptor_port
        self.towards = {dialer: Direction(), acceptor: Direction()}
        self.writers = {dialer: set(), acceptor: set()}  # the sockets that a node reads from
        self.is_cut = False
        self.accepted = 0  # connections, ever
        self.server = None
        self.port = 0

    async def listen(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        other = None
        self.writers[self.dialer].add(writer)
        try:
            if self.is_cut:
                return
            self.accepted += 1
            other_reader, other = await asyncio.open_connection("127.0.0.1", self.acceptor_port)
            self.writers[self.acceptor].add(other)
            if not self.is_cut:
                await self.both_ways((reader, writer), (other_reader, other))
        except OSError:
            pass  # the node is down, or the connection was reset
        finally:
            for number, used in ((self.dialer, writer), (self.acceptor, other)):
                self.writers[number].discard(used)
                if used is not None:
                    reset(used)

    async def both_ways(self, near, far):
        pumps = [asyncio.ensure_future(self.towards[self.acceptor].pump(near[0], far[1])),
                 asyncio.ensure_future(self.towards[self.dialer].pump(far[0], near[1]))]
        try:
            await asyncio.gather(*pumps)
        finally:
            for pump in pumps:
                pump.cancel()

    def reset(self):
        """RST to both ends of each connection."""
        for writers in self.writers.values():
            for writer in tuple(writers):
                reset(writer)

    def half_close(self, number):
        """FIN towards `number`; the other way stays open."""
        for writer in self.writers[number]:
            self.towards[number].end(writer)

    def cut(self):
        self.is_cut = True
        self.reset()

    def heal(self):
        self.is_cut = False
        for direction in self.towards.values():
            direction.calm()


def reset(writer):
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.fileno() >= 0:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    writer.transport.abort()


class Mesh:
    """A link for each pair of nodes, on a thread of its own. What it is told holds on return."""

    def __init__(self, ports):
        """`ports`: each node's peer port. Of a pair the higher number dials, as tallyd does."""
        self.numbers = sorted(ports)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.links = {}
        for low, high in itertools.combinations(self.numbers, 2):
            self.links[low, high] = self.call(self.make, low, high, ports[low])

    async def make(self, low, high, port):
        link = Link(high, low, port)
        await link.listen()
        return link

    def call(self, function, *arguments):
        """Runs it on the mesh's thread, and returns what it does."""
        async def run():
            answer = function(*arguments)
            return await answer if asyncio.iscoroutine(answer) else answer
        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(30)

    def close(self):
        async def end():
            for link in self.links.values():
                link.server.close()
                link.reset()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self.call(end)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def link(self, one, other):
        return self.links[min(one, other), max(one, other)]

    def between(self, some, others):
        return [self.link(one, other) for one in some for other in others]

    def all(self):
        return list(self.links.values())

    def cut(self, links):
        """Connections are reset, and new ones are too: the other host says that nobody listens."""
        self.call(lambda: [link.cut() for link in links])

    def silence(self, links, towards=None):
        """Nothing arrives any more, and nobody says so: as a lost cable. `towards`: one way."""
        def still():
            for link in links:
                for number, direction in link.towards.items():
                    if towards is None or number == towards:
                        direction.flowing.clear()
        self.call(still)

    def slow(self, links, delay=0.0, jitter=0.0, bytes_per_second=None):
        def change():
            for link in links:
                for direction in link.towards.values():
                    direction.delay, direction.jitter = delay, jitter
                    direction.bytes_per_second = bytes_per_second
        self.call(change)

    def reset(self, links):
        self.call(lambda: [link.reset() for link in links])

    def half_close(self, link, number):
        self.call(link.half_close, number)

    def flip(self, link, towards, count=1):
        """The next `count` chunks that go to this node come with a bit turned over."""
        def change():
            link.towards[towards].flips = count
        self.call(change)

    def heal(self):
        self.call(lambda: [link.heal() for link in self.all()])
