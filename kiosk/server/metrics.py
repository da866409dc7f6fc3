"""What `/metrics` tells Prometheus, read from the service when it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from kiosk.hall.state import TicketState, WindowStatus

if TYPE_CHECKING:
    from .service import Service

BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


class _Halls(Collector):
    def __init__(self, service: Service) -> None:
        self._service = service

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
        for hall_id, hall in self._service.halls.items():
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


class Metrics:
    """The metrics of one server."""

    def __init__(self, service: Service) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Halls(service))
        self.requests = Counter(
            "kiosk_requests", "HTTP requests", ["route", "status"], registry=self._registry
        )
        self.seconds = Histogram(
            "kiosk_request_seconds",
            "Time to answer",
            ["route"],
            registry=self._registry,
            buckets=BUCKETS,
        )

        self._series: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Count one request. Looking a series up by its labels is slow, so it is done once."""
        series = self._series.get((route, status))
        if series is None:
            series = (self.requests.labels(route, status), self.seconds.labels(route))
            self._series[route, status] = series
        series[0].inc()
        series[1].observe(seconds)

    def text(self) -> bytes:
        """All metrics in the text format."""
        return generate_latest(self._registry)
