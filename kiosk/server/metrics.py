"""What `/metrics` tells Prometheus, read from its halls when it is asked."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from kiosk.hall.state import TicketState, WindowStatus

from .live import LiveHall

BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


class _Halls(Collector):
    def __init__(self, halls: Mapping[str, LiveHall]) -> None:
        self._halls = halls

    def collect(self) -> Iterator[Metric]:
        tickets = GaugeMetricFamily(
            "kiosk_tickets", "Tickets of the open days by state", labels=["hall", "state"]
        )
        windows = GaugeMetricFamily("kiosk_windows", "Windows by state", labels=["hall", "state"])
        seq = GaugeMetricFamily("kiosk_log_seq", "Last event of the log", labels=["hall"])
        live = GaugeMetricFamily(
            "kiosk_live_connections", "Live connections by audience", labels=["hall", "audience"]
        )
        printers = GaugeMetricFamily(
            "kiosk_printer_ready", "1 while a ticket would come out", labels=["hall", "printer"]
        )
        for hall_id, hall in self._halls.items():
            state = hall.hall.state
            counts = dict.fromkeys(TicketState, 0)
            for ticket in state.tickets.values():
                counts[ticket.state] += 1
            for name, count in counts.items():
                tickets.add_metric([hall_id, name], count)
            for status in WindowStatus:
                number = sum(w.status is status for w in state.windows.values())
                windows.add_metric([hall_id, status], number)
            seq.add_metric([hall_id], state.seq)
            for audience, hub in zip(("public", "staff", "visitor"), hall.hubs, strict=True):
                live.add_metric([hall_id, audience], hub.subscribers())
            for printer in hall.printers.values():
                printers.add_metric([hall_id, printer.id], float(printer.prints))
        yield from (tickets, windows, seq, live, printers)


class _Series:
    """Requests of one route with one status: how many, how long, and how many per bucket."""

    __slots__ = ("buckets", "count", "seconds")

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0
        self.buckets = [0] * (len(BUCKETS) + 1)


class _Requests(Collector):
    """Counted by hand: the library takes a lock for each of the numbers, at every request."""

    def __init__(self) -> None:
        self.series: dict[tuple[str, int], _Series] = defaultdict(_Series)

    def collect(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "kiosk_requests", "HTTP requests", labels=["route", "status"]
        )
        times = HistogramMetricFamily("kiosk_request_seconds", "Time to answer", labels=["route"])
        routes: dict[str, list[_Series]] = {}
        for (route, status), series in self.series.items():
            requests.add_metric([route, str(status)], series.count)
            routes.setdefault(route, []).append(series)
        edges = [*(str(float(edge)) for edge in BUCKETS), "+Inf"]
        for route, all_series in routes.items():
            counts = accumulate(map(sum, zip(*(s.buckets for s in all_series), strict=True)))
            seconds = sum(s.seconds for s in all_series)
            times.add_metric([route], list(zip(edges, counts, strict=True)), seconds)
        yield from (requests, times)


class Metrics:
    """The metrics of one server. halls: those that it serves, as they come and go."""

    def __init__(self, halls: Mapping[str, LiveHall]) -> None:
        self._registry = CollectorRegistry()
        self._requests = _Requests()
        self._registry.register(_Halls(halls))
        self._registry.register(self._requests)

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        series = self._requests.series[route, status]
        series.count += 1
        series.seconds += seconds
        series.buckets[bisect_left(BUCKETS, seconds)] += 1

    def text(self) -> bytes:
        """All metrics in the text format."""
        return generate_latest(self._registry)
