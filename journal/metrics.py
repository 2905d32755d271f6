"""What the real-time part tells Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

SOCKETS = Gauge("bangban_sockets", "Connected websockets of this process")
STREAMS = Gauge("bangban_streams_watched", "Streams watched by sockets of this process")
DELIVERED = Counter("bangban_events_delivered", "Events handed to sockets, counted per socket")
RESYNCS = Counter("bangban_resyncs", "Clients told to reload because they were too far behind")
CLOSED = Counter("bangban_sockets_closed", "Sockets closed by us", ["code"])
BUS_RECONNECTS = Counter("bangban_bus_reconnects", "Times the bus between processes was lost")
HEALED = Counter("bangban_events_healed", "Streams that the poll found ahead of the bus")
READ_SECONDS = Histogram(
    "bangban_hub_read_seconds",
    "Time the hub waited for the journal, thread pool included",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
