"""Tickets of days that are over: read from the projections, shown like those of today."""

from __future__ import annotations

from kiosk.store.visit import Visit

from .live import LiveHall
from .views import EstimateView, LegView, TicketView, VisitorView


def past_ticket(live: LiveHall, visit: Visit, token: str) -> VisitorView:
    """A ticket whose day is over, as its visitor sees it."""
    present = live.present()
    row, config = visit.ticket, live.hall.state.config
    services = {s.id: s for s in config.services}
    groups = {g.id: g for g in config.groups}
    zones = {z.id: z.name for z in config.zones}
    group = groups.get(visit.current.group)
    window = present.window_config(row.window) if row.window else None
    estimate = None
    if row.low_s is not None and row.median_s is not None and row.high_s is not None:
        estimate = EstimateView(row.low_s, row.median_s, row.high_s)
    ticket = TicketView(
        id=row.id,
        number=row.number,
        state=row.state,  # type: ignore[arg-type]
        services=[
            LegView(
                id=leg.service,
                state="done" if leg.state == "done" else "waiting",
                group=leg.group,
                name=services[leg.service].name if leg.service in services else {},
            )
            for leg in visit.legs
        ],
        group=visit.current.group,
        priority=row.priority,
        language=row.language,
        channel=row.channel,
        ahead=None,
        estimate=estimate,
        estimate_status=None,
        window=row.window,
        zone=window.zone if window else (group.zone if group else None),
        issued_at=present.at(row.issued_at) or "",
        called_at=present.at(row.called_at),
        started_at=present.at(row.started_at),
        finished_at=present.at(row.finished_at),
        parked_until=None,
        calls=row.calls,
        note=None,
        reason=row.reason,
        staff=row.staff,
        rating=None,
        print=None,
        bound=None,
        token=token,
    )
    return VisitorView(
        hall=config.id,
        hall_name=config.name,
        now=present.at(present.now) or "",
        clock_rate=live.clock.rate,
        ticket=ticket,
        group_name=group.name if group else {},
        zone_name=zones.get(ticket.zone or "", {}),
        window_name=window.name if window else None,
        materials=[],
        postponed=False,
    )
