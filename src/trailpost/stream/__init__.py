"""Events as bytes between the web processes and the writers: durable, ordered, counted.

See docs/streams.md for the keys, the entry format and what happens in each failure.
"""

from trailpost.stream.connect import Client, connect
from trailpost.stream.health import StreamStatus, backlog, check_durability
from trailpost.stream.keys import Kind
from trailpost.stream.live import forget_live
from trailpost.stream.position import Chain, Position, follow, news
from trailpost.stream.publisher import Publisher, PublisherStatus
from trailpost.stream.reader import Reader, StreamLost
from trailpost.stream.spool import SpoolStatus, spooled
from trailpost.stream.wire import Message, Part

__all__ = [
    "Chain",
    "Client",
    "Kind",
    "Message",
    "Part",
    "Position",
    "Publisher",
    "PublisherStatus",
    "Reader",
    "SpoolStatus",
    "StreamLost",
    "StreamStatus",
    "backlog",
    "check_durability",
    "connect",
    "follow",
    "forget_live",
    "news",
    "spooled",
]
